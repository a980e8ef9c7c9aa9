"""The plot of style against content: which methods no other one beats in both."""

from __future__ import annotations

from collections.abc import Sequence

from impasto.evaluation.measures import CONTENT_HEADLINE, MEASURES, STYLE_HEADLINE
from impasto.evaluation.summary import MethodSummary, pareto_front
from impasto.reports.blocks import Chart
from impasto.reports.charts import COLORS, chart_of, chart_style, new_figure


def pareto_chart(summaries: Sequence[MethodSummary]) -> Chart:
    """Each method as a point with its intervals; a line joins those that none dominates.

    Args:
        summaries: Methods over the same pairs.
    """
    front = set(pareto_front(summaries))
    with chart_style():
        figure = new_figure((7.0, 4.6))
        axis = figure.subplots()
        for index, each in enumerate(sorted(summaries, key=lambda one: one.method)):
            style, content = (
                each.scores[name].crossed for name in (STYLE_HEADLINE, CONTENT_HEADLINE)
            )
            axis.errorbar(
                content.mean,
                style.mean,
                xerr=[[content.mean - content.low], [content.high - content.mean]],
                yerr=[[style.mean - style.low], [style.high - style.mean]],
                marker="o" if each.method in front else "X",
                markersize=8,
                linewidth=1.2,
                capsize=3,
                color=COLORS[index % len(COLORS)],
                label=each.method,
            )
            axis.annotate(
                each.method, (content.mean, style.mean), xytext=(7, 7), textcoords="offset points"
            )
        line = sorted(
            (each.scores[CONTENT_HEADLINE].crossed.mean, each.scores[STYLE_HEADLINE].crossed.mean)
            for each in summaries
            if each.method in front
        )
        axis.plot(
            [content for content, _ in line],
            [style for _, style in line],
            color=COLORS[-1],
            linestyle="--",
            linewidth=1,
            zorder=0,
        )
        axis.set_xlabel(f"{MEASURES[CONTENT_HEADLINE].title} (less is more like the photograph)")
        axis.set_ylabel(f"{MEASURES[STYLE_HEADLINE].title} (less is more like the style)")
        axis.set_xlim(left=0)
        axis.set_ylim(bottom=0)
        return chart_of(
            figure,
            alt="Methods as points: content distance along, style left upwards.",
            caption=(
                "The nearer to the lower left corner the better. Crosses are dominated: another "
                "method has less of both. Lines are 95 % intervals over photographs and styles."
            ),
        )

"""Random walks between clicks: who arrives first, those that add or those that leave out."""

from __future__ import annotations

import numpy as np

from impasto.segmentation.superpixels import Floats, SuperpixelGraph


def random_walk(
    graph: SuperpixelGraph,
    conductance: Floats,
    *,
    prior: Floats,
    trust: Floats,
    known: Floats,
) -> Floats:
    """The chance that each superpixel belongs to the mask.

    Minimises Σ_edges c (x_s − x_t)² + Σ_i trust_i (x_i − prior_i)², with x fixed at the clicks.

    Args:
        graph: The superpixels.
        conductance: (E,) how easily a walk crosses each border, above 0.
        prior: (N,) in [0, 1] what is believed without walking.
        trust: (N,) weight of that belief, 0 or more.
        known: (N,) 1 or 0 at superpixels that were clicked, NaN elsewhere.

    Returns: (N,) in [0, 1].

    Source: Grady 2006, *Random Walks for Image Segmentation*, eq. 8, with priors as in Grady
        2005. Differs: on superpixels, and the conductance is given.
    """
    from scipy import sparse
    from scipy.sparse.linalg import spsolve

    count = len(graph)
    rows = np.concatenate([graph.sources, graph.targets])
    columns = np.concatenate([graph.targets, graph.sources])
    weights = np.tile(conductance, 2)
    adjacency = sparse.coo_matrix((weights, (rows, columns)), shape=(count, count)).tocsr()
    degree = np.asarray(adjacency.sum(axis=1)).ravel()
    system = (sparse.diags(degree + trust + 1e-9) - adjacency).tocsr()
    free = np.isnan(known)
    fixed = np.flatnonzero(~free)
    right = (trust * prior)[free] - system[free][:, fixed] @ known[fixed]
    found = known.copy()
    if free.any():
        found[free] = spsolve(system[free][:, free].tocsc(), right)
    return np.clip(found, 0, 1)

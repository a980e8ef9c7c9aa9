import inspect

from impasto import errors


def test_every_error_has_the_root_and_a_builtin() -> None:
    for name, value in vars(errors).items():
        if inspect.isclass(value) and value is not errors.ImpastoError:
            assert issubclass(value, errors.ImpastoError), name
            builtins = [base for base in value.__mro__ if base.__module__ == "builtins"]
            assert builtins[0] is not Exception, f"{name} should refine a built-in"
            assert value.__doc__

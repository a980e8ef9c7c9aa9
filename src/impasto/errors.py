"""Every error Impasto raises on purpose.

Each leaf also inherits the built-in it refines, so ``except ValueError`` and
``except ImpastoError`` both work. A message says what was expected, what came,
and what to do next.
"""


class ImpastoError(Exception):
    """The root of all errors that Impasto raises on purpose."""


class ShapeError(ImpastoError, ValueError):
    """A tensor or array does not have the shape, dtype or range the contract asks for."""


class OptionError(ImpastoError, ValueError):
    """An option has a value outside its range, or two options contradict each other."""


class UnknownNameError(ImpastoError, LookupError):
    """A name is not in the catalogue it was looked up in."""


class ImageNotFoundError(ImpastoError, FileNotFoundError):
    """No file lies at the path given for an image."""


class ImageFormatError(ImpastoError, ValueError):
    """A file is empty, truncated, not an image, or in a format that cannot be read here."""


class ImageSizeError(ImpastoError, ValueError):
    """An image is too small to stylise, or larger than the limit on decoded pixels."""


class VideoNotFoundError(ImpastoError, FileNotFoundError):
    """No file lies at the path given for a film."""


class VideoFormatError(ImpastoError, ValueError):
    """A file has no moving pictures in it, or none that can be decoded here."""


class CameraError(ImpastoError, OSError):
    """A camera is not there, is used by another program, or was unplugged."""


class OutputError(ImpastoError, OSError):
    """A result cannot be written where it was asked to go."""


class WeightsNotFoundError(ImpastoError, FileNotFoundError):
    """Weights are not on this machine and could not be fetched."""


class WeightsDamagedError(ImpastoError, ValueError):
    """A weights file does not have the checksum or the content its specification promises."""


class DownloadError(ImpastoError, ConnectionError):
    """A download failed; what had arrived is kept and continued next time."""


class RecordError(ImpastoError, ValueError):
    """A file does not say how its picture was made, or not well enough to make it again."""


class InputsDifferError(ImpastoError, ValueError):
    """What a result was made from is not what is given or installed now."""


class DeviceError(ImpastoError, RuntimeError):
    """The device or precision asked for is not available on this machine."""


class MemoryLimitError(ImpastoError, MemoryError):
    """The work would not fit in memory, even computed in parts."""


class NonFiniteLossError(ImpastoError, ArithmeticError):
    """A loss became infinite or not a number, so the optimisation cannot go on."""


class MissingPackageError(ImpastoError, ImportError):
    """An optional package that this work needs is not installed."""


class ProjectError(ImpastoError, ValueError):
    """A project file or a saved session is damaged, too large, or of a version not known here."""


class AccessError(ImpastoError, PermissionError):
    """The studio asks for a key that was not given, or is not right."""


class OriginError(AccessError):
    """A web page that is not the studio's own wanted something of the studio."""


class NotReadyError(ImpastoError, RuntimeError):
    """What was asked for is still being made."""


class UploadSizeError(ImpastoError, ValueError):
    """An upload has more bytes than the studio accepts."""


class CapacityError(ImpastoError, RuntimeError):
    """The studio has no memory or no place left for more of this."""


class MeasurementError(ImpastoError, RuntimeError):
    """Something that was to be measured failed."""


class JobError(ImpastoError, RuntimeError):
    """A job of a batch ended in a way that is no error of Impasto's; the others go on."""


class ClusterError(ImpastoError, ConnectionError):
    """The cluster that a batch was to run on cannot be reached, or is lost."""


class CancelledError(ImpastoError, RuntimeError):
    """Work was asked to stop and had nothing to hand back yet."""

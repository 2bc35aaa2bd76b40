from breachkit.limits import Limits

__all__ = ["Limits"]

"""State identifiers of the sample institutions: made up, with true check digits (domain reference 4.1)."""

_INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn(region: int, number: int) -> str:
    """Return a ten-digit ИНН of a region's tax office (two digits)."""
    digits = f"{region:02}11{number:05}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, _INN_WEIGHTS, strict=True)) % 11 % 10
    return f"{digits}{check}"


def ogrn(region: int, number: int) -> str:
    """Return a thirteen-digit ОГРН registered in 2002."""
    digits = f"102{region:02}0{number:06}"
    return f"{digits}{int(digits) % 11 % 10}"

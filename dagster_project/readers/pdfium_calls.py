"""Functions of pdfium that are asked for every character and object of a page.

Here: the same functions as in ``pypdfium2.raw``, taking and writing to plain addresses, in half
the time. A handle of pypdfium2 becomes an address by ``address_of``.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium_c

_ADDRESS, _COUNT = ctypes.c_void_p, ctypes.c_int


def address_of(handle: Any) -> int:
    """The address that a handle of pypdfium2 stands for."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _plain(function: Any, *types: Any) -> Any:
    return ctypes.PYFUNCTYPE(*types)(address_of(function))


# Of a text page, by the place of the character.
is_generated = _plain(pdfium_c.FPDFText_IsGenerated, _COUNT, _ADDRESS, _COUNT)
text_object = _plain(pdfium_c.FPDFText_GetTextObject, _ADDRESS, _ADDRESS, _COUNT)
unicode = _plain(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _COUNT)
angle = _plain(pdfium_c.FPDFText_GetCharAngle, ctypes.c_float, _ADDRESS, _COUNT)
loose_box = _plain(pdfium_c.FPDFText_GetLooseCharBox, _COUNT, _ADDRESS, _COUNT, _ADDRESS)
origin = _plain(pdfium_c.FPDFText_GetCharOrigin, _COUNT, _ADDRESS, _COUNT, _ADDRESS, _ADDRESS)

# Of a page or a form, and of the objects in it.
page_count = _plain(pdfium_c.FPDFPage_CountObjects, _COUNT, _ADDRESS)
page_object = _plain(pdfium_c.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _COUNT)
form_count = _plain(pdfium_c.FPDFFormObj_CountObjects, _COUNT, _ADDRESS)
form_object = _plain(pdfium_c.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, _COUNT)
object_type = _plain(pdfium_c.FPDFPageObj_GetType, _COUNT, _ADDRESS)
bounds = _plain(pdfium_c.FPDFPageObj_GetBounds, _COUNT, *[_ADDRESS] * 5)
matrix = _plain(pdfium_c.FPDFPageObj_GetMatrix, _COUNT, _ADDRESS, _ADDRESS)

# Of a path and its segments.
draw_mode = _plain(pdfium_c.FPDFPath_GetDrawMode, _COUNT, *[_ADDRESS] * 3)
segment_count = _plain(pdfium_c.FPDFPath_CountSegments, _COUNT, _ADDRESS)
segment = _plain(pdfium_c.FPDFPath_GetPathSegment, _ADDRESS, _ADDRESS, _COUNT)
segment_type = _plain(pdfium_c.FPDFPathSegment_GetType, _COUNT, _ADDRESS)
segment_point = _plain(pdfium_c.FPDFPathSegment_GetPoint, _COUNT, *[_ADDRESS] * 3)
segment_closes = _plain(pdfium_c.FPDFPathSegment_GetClose, _COUNT, _ADDRESS)

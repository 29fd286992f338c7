"""Balance: what equations between printed amounts say about amounts that cannot be read.

Here: arithmetic on intervals of integer fen. File formats, forms and databases do not belong here.
"""

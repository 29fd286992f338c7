"""The explorer: the published warehouse as static files that a browser reads.

Here: what the files hold. ``tables/*.sql`` say which rows, ``shards`` writes them as Parquet,
``pages`` the images of the pages, ``places`` finds the cells of documents without images. What a
person sees is made of these files by the program in the folder ``explorer/`` of the project.
"""

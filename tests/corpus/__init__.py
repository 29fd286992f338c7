"""Documents of ``raw/`` rebuilt from figure files.

What belongs here: the published figures (``figures/``), a neutral model of a document
(``model``), one renderer per format (``render_*``) and the list of documents (``documents``).
What does not: reading or recognising documents; the package under test is never imported.

``python -m tests.corpus`` writes the documents and their manifest, the same bytes every time.
"""

"""Many repositories: the only package that knows Dask and fsspec.

``run`` leads. Its tasks are functions of plain data that a worker on any machine can start:
``mirrors`` lists a repository, ``facts`` reads its blobs into the ``store``, ``judging`` says what
stands in one repository under its map, ``tables`` joins that to the files that people query.
Whatever a task makes has a name that tells what it was made of, so a run that was interrupted goes
on where it was, and one that has nothing to do does nothing.
"""

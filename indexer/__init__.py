"""Finding: the analyser, the language of queries, the engines."""

"""How an installation is: each part asked, told in words, in codes, and in figures."""

"""The demo's councils, people and papers, all of them invented.

The towns are real places; every person, telephone number, amount, plot and paper here is made up.
Each made file says so in its footer.
"""

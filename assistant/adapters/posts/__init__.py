"""The other posts of an author: which belong to a draft, and what they say of themselves."""

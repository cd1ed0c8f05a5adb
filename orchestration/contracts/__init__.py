"""What partners promise, as typed Python values: the model and its loader; reading and checking of files live
elsewhere.
"""

"""How are the pictures of the documentation made?"""

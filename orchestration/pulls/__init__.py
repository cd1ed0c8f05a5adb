"""Pulls: files fetched from partners' servers, whole or not at all, and handed to the intake.

Here: credentials, connections, transfers and what was fetched before. Not here: what a contract may say about a
server (contracts/servers.py) and what becomes of a file once it is here (submissions/). The libraries that speak to
servers are slow to import, and are imported only when a server of their kind is asked.
"""

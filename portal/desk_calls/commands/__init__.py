"""flask desk-calls …"""

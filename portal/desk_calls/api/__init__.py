"""The JSON interface of desk calls (docs/desk-api.md)."""

"""The web toolkit: form base, error pages, security headers, assets, base templates, components."""

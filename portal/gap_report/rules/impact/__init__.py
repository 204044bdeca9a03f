"""Did a guide, or a mended system, reduce calls? The before and after test beside untouched categories."""

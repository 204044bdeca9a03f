"""Commands that look after the whole portal: content, doctor."""

"""Several documents become one that keeps everything linked to them, and can be taken apart again."""

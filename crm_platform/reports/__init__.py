"""Reports: stored questions, answered under the caller's rights."""

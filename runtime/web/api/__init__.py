"""What all routes of the REST API share: who calls, bodies, problems, answers, paging."""

"""HTTP as the mock speaks it: responses, errors, bodies, credentials and CORS."""

"""The contract as data: the OpenAPI document, the requirements and the choices."""

"""The MHU dialect: `/api/v1`."""

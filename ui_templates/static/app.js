/* Specdesk in the browser: small, delegated, optional. */

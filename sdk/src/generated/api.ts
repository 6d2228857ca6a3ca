// Written by `npm run generate` from docs/reference/openapi.json. Do not edit.

export interface paths {
    "/v1/responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a response
         * @description Needs the permission `inference`.
         */
        post: operations["postV1Responses"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a chat completion
         * @description Needs the permission `inference`.
         */
        post: operations["postV1ChatCompletions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create embeddings
         * @description Needs the permission `inference`.
         */
        post: operations["postV1Embeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models
         * @description The models that the key may use. In OpenAI’s format, with the fields of OpenRouter’s beside.
         *
         *     Needs the permission `inference`.
         */
        get: operations["getV1Models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model
         * @description One entry of the list of models. Slashes in an id may be sent as they are.
         *
         *     Needs the permission `inference`.
         */
        get: operations["getV1ModelsByModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List usage records, newest first
         * @description Needs the permission `usage:read`.
         */
        get: operations["getV1Usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sums of usage, by model unless another grouping is asked for
         * @description Needs the permission `usage:read`.
         */
        get: operations["getV1UsageSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys, newest first, 100 a page
         * @description Needs the permission `keys:read`.
         */
        get: operations["getApiV1Keys"];
        put?: never;
        /**
         * Create an API key
         * @description The secret stands beside `data`, once. Repeat safely with an `Idempotency-Key` header.
         *
         *     Needs the permission `keys:write`.
         */
        post: operations["postApiV1Keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key
         * @description Needs the permission `keys:read`.
         */
        get: operations["getApiV1KeysByHash"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description From the next request on the key answers 401. It leaves lists and look-ups and stays in the audit log.
         *
         *     Needs the permission `keys:write`.
         */
        delete: operations["deleteApiV1KeysByHash"];
        options?: never;
        head?: never;
        /**
         * Change an API key
         * @description Needs the permission `keys:write`.
         */
        patch: operations["patchApiV1KeysByHash"];
        trace?: never;
    };
    "/api/v1/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Describe the calling key
         * @description Any API key.
         */
        get: operations["getApiV1Key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell the balance’s credits
         * @description Of the balance that pays for the calling key. Without a balance, 0 and the organisation’s usage.
         *
         *     Any API key.
         */
        get: operations["getApiV1Credits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/credits/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add credits to a balance
         * @description For billing systems. Repeat safely with the same `reference`, or with an `Idempotency-Key` header.
         *
         *     Needs the permission `credits:write`.
         */
        post: operations["postApiV1CreditsGrants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a response
         * @description Needs the permission `inference`.
         */
        post: operations["postApiV1Responses"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a chat completion
         * @description Needs the permission `inference`.
         */
        post: operations["postApiV1ChatCompletions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create embeddings
         * @description Needs the permission `inference`.
         */
        post: operations["postApiV1Embeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models
         * @description The models that the key may use. In OpenAI’s format, with the fields of OpenRouter’s beside.
         *
         *     Needs the permission `inference`.
         */
        get: operations["getApiV1Models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model
         * @description One entry of the list of models. Slashes in an id may be sent as they are.
         *
         *     Needs the permission `inference`.
         */
        get: operations["getApiV1ModelsByModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is alive */
        get: operations["getHealthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process can serve */
        get: operations["getReadyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics, for the holder of metrics.token */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    postV1Responses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A model of `GET /v1/models`, or `auto` */
                    model?: string;
                    /** @description Text or a list of items */
                    input: unknown;
                    /** @description Answer as server-sent events */
                    stream?: boolean | null;
                    /** @description Counts the request for a project; 403 unless the key’s user is a member */
                    project_id?: string | null;
                    /** @description Your end user, recorded on the usage row. Also: `safety_identifier`, or the header `x-end-user` */
                    user?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer in OpenAI’s format, or server-sent events when streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_json`: The body is not valid JSON; `invalid_request`: The request is not valid; `field_not_allowed_under_budget`: A field of the request is not allowed under a budget; `not_supported_upstream`: No provider of this model can serve the request; `upstream_rejected`: The provider rejected the request; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `model_forbidden`: API key may not use this model; `model_not_priced`: The model has no price, so it cannot be used under a budget; ask the operator */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The model does not exist",
                     *         "type": "invalid_request_error",
                     *         "code": "model_not_found",
                     *         "param": null
                     *       },
                     *       "detail": "The model does not exist"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The body is too large",
                     *         "type": "invalid_request_error",
                     *         "code": "body_too_large",
                     *         "param": null
                     *       },
                     *       "detail": "The body is too large"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `unsupported_media_type`: Send the body as application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "Send the body as application/json",
                     *         "type": "invalid_request_error",
                     *         "code": "unsupported_media_type",
                     *         "param": null
                     *       },
                     *       "detail": "Send the body as application/json"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `rate_limit_exceeded`: The rate limit is reached; retry later; `too_many_in_flight`: Too much is in flight; retry when a request has ended; `budget_in_flight`: The budget is held by requests in flight; retry when one of them has ended; `insufficient_quota`: The budget is used up; `upstream_rate_limited`: The provider is rate limiting requests for this model; retry later */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_error`: The provider failed to answer; `upstream_misconfigured`: The provider refused this gateway; its operator must check the provider */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later; `upstream_unavailable`: No provider of this model is available at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_timeout`: The provider did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The provider did not answer in time",
                     *         "type": "upstream_error",
                     *         "code": "upstream_timeout",
                     *         "param": null
                     *       },
                     *       "detail": "The provider did not answer in time"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postV1ChatCompletions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A model of `GET /v1/models`, or `auto` */
                    model: string;
                    messages: unknown[];
                    /** @description Answer as server-sent events */
                    stream?: boolean | null;
                    /** @description Counts the request for a project; 403 unless the key’s user is a member */
                    project_id?: string | null;
                    /** @description Your end user, recorded on the usage row. Also: `safety_identifier`, or the header `x-end-user` */
                    user?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer in OpenAI’s format, or server-sent events when streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_json`: The body is not valid JSON; `invalid_request`: The request is not valid; `field_not_allowed_under_budget`: A field of the request is not allowed under a budget; `not_supported_upstream`: No provider of this model can serve the request; `upstream_rejected`: The provider rejected the request; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `model_forbidden`: API key may not use this model; `model_not_priced`: The model has no price, so it cannot be used under a budget; ask the operator */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The model does not exist",
                     *         "type": "invalid_request_error",
                     *         "code": "model_not_found",
                     *         "param": null
                     *       },
                     *       "detail": "The model does not exist"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The body is too large",
                     *         "type": "invalid_request_error",
                     *         "code": "body_too_large",
                     *         "param": null
                     *       },
                     *       "detail": "The body is too large"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `unsupported_media_type`: Send the body as application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "Send the body as application/json",
                     *         "type": "invalid_request_error",
                     *         "code": "unsupported_media_type",
                     *         "param": null
                     *       },
                     *       "detail": "Send the body as application/json"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `rate_limit_exceeded`: The rate limit is reached; retry later; `too_many_in_flight`: Too much is in flight; retry when a request has ended; `budget_in_flight`: The budget is held by requests in flight; retry when one of them has ended; `insufficient_quota`: The budget is used up; `upstream_rate_limited`: The provider is rate limiting requests for this model; retry later */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_error`: The provider failed to answer; `upstream_misconfigured`: The provider refused this gateway; its operator must check the provider */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later; `upstream_unavailable`: No provider of this model is available at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_timeout`: The provider did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The provider did not answer in time",
                     *         "type": "upstream_error",
                     *         "code": "upstream_timeout",
                     *         "param": null
                     *       },
                     *       "detail": "The provider did not answer in time"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postV1Embeddings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A model of `GET /v1/models`, or `auto` */
                    model: string;
                    /** @description Text, or a list of texts or of token lists */
                    input: unknown;
                    /** @description Counts the request for a project; 403 unless the key’s user is a member */
                    project_id?: string | null;
                    /** @description Your end user, recorded on the usage row. Also: `safety_identifier`, or the header `x-end-user` */
                    user?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer in OpenAI’s format, or server-sent events when streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_json`: The body is not valid JSON; `invalid_request`: The request is not valid; `field_not_allowed_under_budget`: A field of the request is not allowed under a budget; `not_supported_upstream`: No provider of this model can serve the request; `upstream_rejected`: The provider rejected the request; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `model_forbidden`: API key may not use this model; `model_not_priced`: The model has no price, so it cannot be used under a budget; ask the operator */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The model does not exist",
                     *         "type": "invalid_request_error",
                     *         "code": "model_not_found",
                     *         "param": null
                     *       },
                     *       "detail": "The model does not exist"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The body is too large",
                     *         "type": "invalid_request_error",
                     *         "code": "body_too_large",
                     *         "param": null
                     *       },
                     *       "detail": "The body is too large"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `unsupported_media_type`: Send the body as application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "Send the body as application/json",
                     *         "type": "invalid_request_error",
                     *         "code": "unsupported_media_type",
                     *         "param": null
                     *       },
                     *       "detail": "Send the body as application/json"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `rate_limit_exceeded`: The rate limit is reached; retry later; `too_many_in_flight`: Too much is in flight; retry when a request has ended; `budget_in_flight`: The budget is held by requests in flight; retry when one of them has ended; `insufficient_quota`: The budget is used up; `upstream_rate_limited`: The provider is rate limiting requests for this model; retry later */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_error`: The provider failed to answer; `upstream_misconfigured`: The provider refused this gateway; its operator must check the provider */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later; `upstream_unavailable`: No provider of this model is available at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_timeout`: The provider did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The provider did not answer in time",
                     *         "type": "upstream_error",
                     *         "code": "upstream_timeout",
                     *         "param": null
                     *       },
                     *       "detail": "The provider did not answer in time"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getV1Models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        object: "list";
                        data: {
                            id: string;
                            /** @enum {string} */
                            object: "model";
                            created: number;
                            owned_by: string;
                            canonical_slug: string;
                            name: string;
                            description: string;
                            context_length: number;
                            architecture: {
                                modality: string;
                                input_modalities: string[];
                                output_modalities: string[];
                                tokenizer: string;
                                instruct_type: string | null;
                            };
                            pricing: {
                                prompt: string;
                                completion: string;
                                input_cache_read?: string;
                            };
                            top_provider: {
                                context_length: number;
                                max_completion_tokens: number | null;
                                is_moderated: boolean;
                            };
                            per_request_limits: null;
                            supported_parameters: string[];
                            default_parameters: Record<string, never>;
                            supported_voices: null;
                            links: {
                                details: string;
                            };
                            providers: {
                                name: string;
                                slug: string;
                            }[];
                        }[];
                        total_count: number;
                        links: {
                            next: null;
                        };
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "type": "service_unavailable",
                     *         "code": "store_unavailable",
                     *         "param": null
                     *       },
                     *       "detail": "The key store cannot be asked at present; retry later"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getV1ModelsByModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        object: "model";
                        created: number;
                        owned_by: string;
                        canonical_slug: string;
                        name: string;
                        description: string;
                        context_length: number;
                        architecture: {
                            modality: string;
                            input_modalities: string[];
                            output_modalities: string[];
                            tokenizer: string;
                            instruct_type: string | null;
                        };
                        pricing: {
                            prompt: string;
                            completion: string;
                            input_cache_read?: string;
                        };
                        top_provider: {
                            context_length: number;
                            max_completion_tokens: number | null;
                            is_moderated: boolean;
                        };
                        per_request_limits: null;
                        supported_parameters: string[];
                        default_parameters: Record<string, never>;
                        supported_voices: null;
                        links: {
                            details: string;
                        };
                        providers: {
                            name: string;
                            slug: string;
                        }[];
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `model_forbidden`: API key may not use this model */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The model does not exist",
                     *         "type": "invalid_request_error",
                     *         "code": "model_not_found",
                     *         "param": null
                     *       },
                     *       "detail": "The model does not exist"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "type": "service_unavailable",
                     *         "code": "store_unavailable",
                     *         "param": null
                     *       },
                     *       "detail": "The key store cannot be asked at present; retry later"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getV1Usage: {
        parameters: {
            query?: {
                page?: number;
                per_page?: number;
                /** @description ISO 8601 time; rows that started then or later */
                from?: string;
                /** @description ISO 8601 time; rows that started before */
                to?: string;
                model?: string;
                /** @description The `hash` of a key */
                key?: string;
                end_user?: string;
                project_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            items: {
                                /** @description The request id */
                                id: string;
                                created_at: string;
                                finished_at: string;
                                model: string;
                                endpoint: string;
                                /** @description The `hash` of the key */
                                key: string;
                                end_user: string | null;
                                project_id: string | null;
                                provider: string | null;
                                status: number;
                                outcome: string;
                                error_code: string | null;
                                streamed: boolean;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Input and output tokens together */
                                units: number;
                                /** @description With the currency’s symbol, e.g. `$0.0100` */
                                cost: string;
                                /** @description The same as a plain decimal, exact */
                                cost_credits: string;
                                /** @description `reported` by the provider, `counted` by rule, `held`: its node died over it and what was held is charged, `none`: nothing was used */
                                cost_basis: string;
                                attempts: number;
                                first_byte_ms: number | null;
                            }[];
                            pagination: {
                                page: number;
                                per_page: number;
                                total: number;
                                total_pages: number;
                            };
                        };
                        error: null;
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_request`: The request is not valid; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": null,
                     *       "error": {
                     *         "code": "SERVICE_UNAVAILABLE",
                     *         "message": "The key store cannot be asked at present; retry later"
                     *       }
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getV1UsageSummary: {
        parameters: {
            query?: {
                group_by?: "model" | "end_user" | "key" | "project" | "day";
                /** @description ISO 8601 time; rows that started then or later */
                from?: string;
                /** @description ISO 8601 time; rows that started before */
                to?: string;
                model?: string;
                /** @description The `hash` of a key */
                key?: string;
                end_user?: string;
                project_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            model?: string | null;
                            end_user?: string | null;
                            key?: string | null;
                            project?: string | null;
                            day?: string | null;
                            total_units: number;
                            /** @description With the currency’s symbol, e.g. `$0.0100` */
                            total_cost: string;
                            total_cost_credits: string;
                            request_count: number;
                            input_tokens: number;
                            cached_tokens: number;
                            output_tokens: number;
                            reasoning_tokens: number;
                        }[];
                        error: null;
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_request`: The request is not valid; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": null,
                     *       "error": {
                     *         "code": "SERVICE_UNAVAILABLE",
                     *         "message": "The key store cannot be asked at present; retry later"
                     *       }
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getApiV1Keys: {
        parameters: {
            query?: {
                /** @description Number of keys to skip; a page has 100 */
                offset?: number;
                include_disabled?: boolean;
                workspace_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            name: string;
                            label: string;
                            limit: number | null;
                            limit_remaining: number | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            usage: number;
                            usage_daily: number;
                            usage_weekly: number;
                            usage_monthly: number;
                            disabled: boolean;
                            created_at: string;
                            updated_at: string | null;
                            last_used: string | null;
                            hash: string;
                            include_byok_in_limit: boolean;
                            byok_usage: number;
                            byok_usage_daily: number;
                            byok_usage_weekly: number;
                            byok_usage_monthly: number;
                            expires_at: string | null;
                            creator_user_id: string | null;
                            external_user: string | null;
                            workspace_id: string;
                            project_id: string | null;
                            permissions: string[];
                            allowed_models: string[] | null;
                            allowed_cidrs: string[] | null;
                            environment: string;
                            metadata: {
                                [key: string]: unknown;
                            } | null;
                        }[];
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "Not found",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postApiV1Keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the list shows when something breaks at 2 a.m. */
                    name: string;
                    /** @description Credits that the key may use; null for no limit. At most nine decimals */
                    limit?: number | null;
                    /** @description When the limit starts anew: midnight UTC, Mondays, the first of the month */
                    limit_reset?: ("daily" | "weekly" | "monthly") | null;
                    include_byok_in_limit?: boolean;
                    creator_user_id?: string | null;
                    workspace_id?: string;
                    external?: {
                        user: string;
                    };
                    permissions?: ("inference" | "usage:read" | "keys:read" | "keys:write" | "keys:verify" | "credits:write")[];
                    allowed_models?: string[] | null;
                    allowed_cidrs?: string[] | null;
                    project_id?: string | null;
                    metadata?: {
                        [key: string]: unknown;
                    } | null;
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            name: string;
                            label: string;
                            limit: number | null;
                            limit_remaining: number | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            usage: number;
                            usage_daily: number;
                            usage_weekly: number;
                            usage_monthly: number;
                            disabled: boolean;
                            created_at: string;
                            updated_at: string | null;
                            last_used: string | null;
                            hash: string;
                            include_byok_in_limit: boolean;
                            byok_usage: number;
                            byok_usage_daily: number;
                            byok_usage_weekly: number;
                            byok_usage_monthly: number;
                            expires_at: string | null;
                            creator_user_id: string | null;
                            external_user: string | null;
                            workspace_id: string;
                            project_id: string | null;
                            permissions: string[];
                            allowed_models: string[] | null;
                            allowed_cidrs: string[] | null;
                            environment: string;
                            metadata: {
                                [key: string]: unknown;
                            } | null;
                        };
                        /** @description The key itself. Shown this once; null when an Idempotency-Key is replayed */
                        key: string | null;
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_request`: The request is not valid; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `grant_exceeds_grantor`: A key cannot grant what it does not hold */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "Not found",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `idempotency_mismatch`: This Idempotency-Key was used before with another request; use a new one */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 422,
                     *         "message": "This Idempotency-Key was used before with another request; use a new one",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "idempotency_mismatch"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getApiV1KeysByHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Public identifier of the API key */
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            name: string;
                            label: string;
                            limit: number | null;
                            limit_remaining: number | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            usage: number;
                            usage_daily: number;
                            usage_weekly: number;
                            usage_monthly: number;
                            disabled: boolean;
                            created_at: string;
                            updated_at: string | null;
                            last_used: string | null;
                            hash: string;
                            include_byok_in_limit: boolean;
                            byok_usage: number;
                            byok_usage_daily: number;
                            byok_usage_weekly: number;
                            byok_usage_monthly: number;
                            expires_at: string | null;
                            creator_user_id: string | null;
                            external_user: string | null;
                            workspace_id: string;
                            project_id: string | null;
                            permissions: string[];
                            allowed_models: string[] | null;
                            allowed_cidrs: string[] | null;
                            environment: string;
                            metadata: {
                                [key: string]: unknown;
                            } | null;
                        };
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "Not found",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteApiV1KeysByHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Public identifier of the API key */
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {boolean} */
                            success: true;
                        };
                        /** @enum {boolean} */
                        deleted: true;
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "Not found",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    patchApiV1KeysByHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Public identifier of the API key */
                hash: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    disabled?: boolean;
                    /** @description Credits that the key may use; null for no limit. At most nine decimals */
                    limit?: number | null;
                    limit_reset?: ("daily" | "weekly" | "monthly") | null;
                    include_byok_in_limit?: boolean;
                    permissions?: ("inference" | "usage:read" | "keys:read" | "keys:write" | "keys:verify" | "credits:write")[];
                    allowed_models?: string[] | null;
                    allowed_cidrs?: string[] | null;
                    project_id?: string | null;
                    metadata?: {
                        [key: string]: unknown;
                    } | null;
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            name: string;
                            label: string;
                            limit: number | null;
                            limit_remaining: number | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            usage: number;
                            usage_daily: number;
                            usage_weekly: number;
                            usage_monthly: number;
                            disabled: boolean;
                            created_at: string;
                            updated_at: string | null;
                            last_used: string | null;
                            hash: string;
                            include_byok_in_limit: boolean;
                            byok_usage: number;
                            byok_usage_daily: number;
                            byok_usage_weekly: number;
                            byok_usage_monthly: number;
                            expires_at: string | null;
                            creator_user_id: string | null;
                            external_user: string | null;
                            workspace_id: string;
                            project_id: string | null;
                            permissions: string[];
                            allowed_models: string[] | null;
                            allowed_cidrs: string[] | null;
                            environment: string;
                            metadata: {
                                [key: string]: unknown;
                            } | null;
                        };
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_request`: The request is not valid; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `grant_exceeds_grantor`: A key cannot grant what it does not hold */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "Not found",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getApiV1Key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            name: string;
                            label: string;
                            limit: number | null;
                            limit_remaining: number | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            usage: number;
                            usage_daily: number;
                            usage_weekly: number;
                            usage_monthly: number;
                            hash: string;
                            include_byok_in_limit: boolean;
                            byok_usage: number;
                            byok_usage_daily: number;
                            byok_usage_weekly: number;
                            byok_usage_monthly: number;
                            expires_at: string | null;
                            creator_user_id: string | null;
                            workspace_id: string;
                            project_id: string | null;
                            permissions: string[];
                            environment: string;
                            is_free_tier: boolean;
                            is_management_key: boolean;
                            is_provisioning_key: boolean;
                            organization_id: string | null;
                            plan: string | null;
                            allowed_data_regions: string[];
                            free_model_daily_requests: {
                                limit: number;
                                remaining: number;
                                used: number;
                            };
                            rate_limit: {
                                interval: string;
                                note: string;
                                requests: number;
                            };
                        };
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getApiV1Credits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            total_credits: number | string;
                            total_usage: number | string;
                        };
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postApiV1CreditsGrants: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Id of the organisation */
                    organization?: string;
                    /** @description E-mail address or id; alone, of the user’s own organisation */
                    user?: string;
                    /** @description Credits, above 0, with at most nine decimals */
                    amount: string;
                    note?: string;
                    /** @description What the caller calls it, e.g. a payment; once per balance, without end */
                    reference?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            id: string;
                            organization: string;
                            amount: string;
                            note: string | null;
                            reference: string | null;
                            created_at: string;
                            balance: {
                                granted: string;
                                spent: string;
                                held: string;
                                remaining: string;
                            };
                        };
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_request`: The request is not valid; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "Not found",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `idempotency_mismatch`: This Idempotency-Key was used before with another request; use a new one */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 422,
                     *         "message": "This Idempotency-Key was used before with another request; use a new one",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "idempotency_mismatch"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postApiV1Responses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A model of `GET /v1/models`, or `auto` */
                    model?: string;
                    /** @description Text or a list of items */
                    input: unknown;
                    /** @description Answer as server-sent events */
                    stream?: boolean | null;
                    /** @description Counts the request for a project; 403 unless the key’s user is a member */
                    project_id?: string | null;
                    /** @description Your end user, recorded on the usage row. Also: `safety_identifier`, or the header `x-end-user` */
                    user?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer in OpenAI’s format, or server-sent events when streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_json`: The body is not valid JSON; `invalid_request`: The request is not valid; `field_not_allowed_under_budget`: A field of the request is not allowed under a budget; `not_supported_upstream`: No provider of this model can serve the request; `upstream_rejected`: The provider rejected the request; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `insufficient_quota`: The budget is used up */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 402,
                     *         "message": "The budget is used up",
                     *         "metadata": {
                     *           "error_type": "payment_required",
                     *           "error_code": "insufficient_quota"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `model_forbidden`: API key may not use this model; `model_not_priced`: The model has no price, so it cannot be used under a budget; ask the operator */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "The model does not exist",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "model_not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 413,
                     *         "message": "The body is too large",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "body_too_large"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `unsupported_media_type`: Send the body as application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 415,
                     *         "message": "Send the body as application/json",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "unsupported_media_type"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `rate_limit_exceeded`: The rate limit is reached; retry later; `too_many_in_flight`: Too much is in flight; retry when a request has ended; `budget_in_flight`: The budget is held by requests in flight; retry when one of them has ended; `upstream_rate_limited`: The provider is rate limiting requests for this model; retry later */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_error`: The provider failed to answer; `upstream_misconfigured`: The provider refused this gateway; its operator must check the provider */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later; `upstream_unavailable`: No provider of this model is available at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_timeout`: The provider did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 504,
                     *         "message": "The provider did not answer in time",
                     *         "metadata": {
                     *           "error_type": "provider_unavailable",
                     *           "error_code": "upstream_timeout"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postApiV1ChatCompletions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A model of `GET /v1/models`, or `auto` */
                    model: string;
                    messages: unknown[];
                    /** @description Answer as server-sent events */
                    stream?: boolean | null;
                    /** @description Counts the request for a project; 403 unless the key’s user is a member */
                    project_id?: string | null;
                    /** @description Your end user, recorded on the usage row. Also: `safety_identifier`, or the header `x-end-user` */
                    user?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer in OpenAI’s format, or server-sent events when streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_json`: The body is not valid JSON; `invalid_request`: The request is not valid; `field_not_allowed_under_budget`: A field of the request is not allowed under a budget; `not_supported_upstream`: No provider of this model can serve the request; `upstream_rejected`: The provider rejected the request; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `insufficient_quota`: The budget is used up */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 402,
                     *         "message": "The budget is used up",
                     *         "metadata": {
                     *           "error_type": "payment_required",
                     *           "error_code": "insufficient_quota"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `model_forbidden`: API key may not use this model; `model_not_priced`: The model has no price, so it cannot be used under a budget; ask the operator */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "The model does not exist",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "model_not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 413,
                     *         "message": "The body is too large",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "body_too_large"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `unsupported_media_type`: Send the body as application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 415,
                     *         "message": "Send the body as application/json",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "unsupported_media_type"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `rate_limit_exceeded`: The rate limit is reached; retry later; `too_many_in_flight`: Too much is in flight; retry when a request has ended; `budget_in_flight`: The budget is held by requests in flight; retry when one of them has ended; `upstream_rate_limited`: The provider is rate limiting requests for this model; retry later */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_error`: The provider failed to answer; `upstream_misconfigured`: The provider refused this gateway; its operator must check the provider */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later; `upstream_unavailable`: No provider of this model is available at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_timeout`: The provider did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 504,
                     *         "message": "The provider did not answer in time",
                     *         "metadata": {
                     *           "error_type": "provider_unavailable",
                     *           "error_code": "upstream_timeout"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    postApiV1Embeddings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A model of `GET /v1/models`, or `auto` */
                    model: string;
                    /** @description Text, or a list of texts or of token lists */
                    input: unknown;
                    /** @description Counts the request for a project; 403 unless the key’s user is a member */
                    project_id?: string | null;
                    /** @description Your end user, recorded on the usage row. Also: `safety_identifier`, or the header `x-end-user` */
                    user?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The answer in OpenAI’s format, or server-sent events when streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.; `invalid_json`: The body is not valid JSON; `invalid_request`: The request is not valid; `field_not_allowed_under_budget`: A field of the request is not allowed under a budget; `not_supported_upstream`: No provider of this model can serve the request; `upstream_rejected`: The provider rejected the request; `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `insufficient_quota`: The budget is used up */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 402,
                     *         "message": "The budget is used up",
                     *         "metadata": {
                     *           "error_type": "payment_required",
                     *           "error_code": "insufficient_quota"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `project_forbidden`: Project membership required; `model_forbidden`: API key may not use this model; `model_not_priced`: The model has no price, so it cannot be used under a budget; ask the operator */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "The model does not exist",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "model_not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 413,
                     *         "message": "The body is too large",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "body_too_large"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `unsupported_media_type`: Send the body as application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 415,
                     *         "message": "Send the body as application/json",
                     *         "metadata": {
                     *           "error_type": "invalid_request",
                     *           "error_code": "unsupported_media_type"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `rate_limit_exceeded`: The rate limit is reached; retry later; `too_many_in_flight`: Too much is in flight; retry when a request has ended; `budget_in_flight`: The budget is held by requests in flight; retry when one of them has ended; `upstream_rate_limited`: The provider is rate limiting requests for this model; retry later */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_error`: The provider failed to answer; `upstream_misconfigured`: The provider refused this gateway; its operator must check the provider */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later; `upstream_unavailable`: No provider of this model is available at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `upstream_timeout`: The provider did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 504,
                     *         "message": "The provider did not answer in time",
                     *         "metadata": {
                     *           "error_type": "provider_unavailable",
                     *           "error_code": "upstream_timeout"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getApiV1Models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        object: "list";
                        data: {
                            id: string;
                            /** @enum {string} */
                            object: "model";
                            created: number;
                            owned_by: string;
                            canonical_slug: string;
                            name: string;
                            description: string;
                            context_length: number;
                            architecture: {
                                modality: string;
                                input_modalities: string[];
                                output_modalities: string[];
                                tokenizer: string;
                                instruct_type: string | null;
                            };
                            pricing: {
                                prompt: string;
                                completion: string;
                                input_cache_read?: string;
                            };
                            top_provider: {
                                context_length: number;
                                max_completion_tokens: number | null;
                                is_moderated: boolean;
                            };
                            per_request_limits: null;
                            supported_parameters: string[];
                            default_parameters: Record<string, never>;
                            supported_voices: null;
                            links: {
                                details: string;
                            };
                            providers: {
                                name: string;
                                slug: string;
                            }[];
                        }[];
                        total_count: number;
                        links: {
                            next: null;
                        };
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getApiV1ModelsByModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        object: "model";
                        created: number;
                        owned_by: string;
                        canonical_slug: string;
                        name: string;
                        description: string;
                        context_length: number;
                        architecture: {
                            modality: string;
                            input_modalities: string[];
                            output_modalities: string[];
                            tokenizer: string;
                            instruct_type: string | null;
                        };
                        pricing: {
                            prompt: string;
                            completion: string;
                            input_cache_read?: string;
                        };
                        top_provider: {
                            context_length: number;
                            max_completion_tokens: number | null;
                            is_moderated: boolean;
                        };
                        per_request_limits: null;
                        supported_parameters: string[];
                        default_parameters: Record<string, never>;
                        supported_voices: null;
                        links: {
                            details: string;
                        };
                        providers: {
                            name: string;
                            slug: string;
                        }[];
                    };
                };
            };
            /** @description `duplicate_authorization`: Send exactly one Authorization header; `credential_in_url`: API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key; `key_disabled`: API key is disabled; `key_expired`: API key has expired; `key_revoked`: API key has been revoked; `wrong_environment`: API key was issued by another environment */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `user_suspended`: User account is suspended; `organization_suspended`: Organisation is suspended; `owner_removed`: The owner of this API key is no longer a member of its organisation; `address_not_allowed`: API key may not be used from this address; `insufficient_permission`: API key lacks a permission that this call needs; `model_forbidden`: API key may not use this model */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `model_not_found`: The model does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 404,
                     *         "message": "The model does not exist",
                     *         "metadata": {
                     *           "error_type": "not_found",
                     *           "error_code": "model_not_found"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": 503,
                     *         "message": "The key store cannot be asked at present; retry later",
                     *         "metadata": {
                     *           "error_type": "service_unavailable",
                     *           "error_code": "store_unavailable"
                     *         }
                     *       },
                     *       "requestId": "req_01j…"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getHealthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
        };
    };
    getReadyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
            /** @description `store_unavailable`: The key store cannot be asked at present; retry later; `shutting_down`: The server is shutting down; retry */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description `missing_authorization`: Missing Authorization header; `malformed_authorization`: Invalid Authorization format, expected 'Bearer <token>'; `invalid_api_key`: Invalid API key */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "message": "Not found",
                     *         "type": "invalid_request_error",
                     *         "code": "not_found",
                     *         "param": null
                     *       },
                     *       "detail": "Not found"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
}

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
         * @description The models that the key and its plan may use. In OpenAI’s format, with the fields of OpenRouter’s beside.
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
    "/v1/generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Generate images, videos, sounds or texts
         * @description Answers at once with a task, which is worked on later. Its greatest price is held until it ends; charged is what came. An `Idempotency-Key` makes a repetition harmless.
         *
         *     Needs the permission `inference`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        post: operations["postV1Generate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks, newest first
         * @description Needs the permission `inference`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getV1Tasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a task
         * @description A task that failed is a good answer with `status` `failed`, and costs nothing.
         *
         *     Needs the permission `inference`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getV1TasksById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a task that is still pending
         * @description Needs the permission `inference`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        post: operations["postV1TasksByIdCancel"];
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
         * @description Needs the permission `keys:read`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiV1Keys"];
        put?: never;
        /**
         * Create an API key
         * @description The secret stands beside `data`, once. Repeat safely with an `Idempotency-Key` header.
         *
         *     Needs the permission `keys:write`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
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
         * @description Needs the permission `keys:read`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiV1KeysByHash"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description From the next request on the key answers 401. It leaves lists and look-ups and stays in the audit log.
         *
         *     Needs the permission `keys:write`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        delete: operations["deleteApiV1KeysByHash"];
        options?: never;
        head?: never;
        /**
         * Change an API key
         * @description Needs the permission `keys:write`. By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
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
         * @description The models that the key and its plan may use. In OpenAI’s format, with the fields of OpenRouter’s beside.
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
    "/api/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthSignOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/get-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session, or null
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthGetSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/update-user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the name
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthUpdateUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/list-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sessions of the person
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthListSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/revoke-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End one session
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthRevokeSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/revoke-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all sessions
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthRevokeSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/revoke-other-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all sessions but this one
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthRevokeOtherSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-up/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account with a password
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthSignUpEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-in/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a password
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthSignInEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/request-password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail with a link to set a new password
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthRequestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the token of that link
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthResetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify an address with the token of a mail
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthVerifyEmail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/send-verification-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for that mail once more
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthSendVerificationEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthChangePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/change-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the address
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthChangeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to use a second factor
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthTwoFactorEnable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop using a second factor
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthTwoFactorDisable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/verify-totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm with a code of the authenticator
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthTwoFactorVerifyTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/verify-backup-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm with a backup code
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthTwoFactorVerifyBackupCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/generate-backup-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New backup codes
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthTwoFactorGenerateBackupCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/get-totp-uri": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The address that an authenticator reads
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthTwoFactorGetTotpUri"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/generate-authenticate-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Begin to sign in with a passkey
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthPasskeyGenerateAuthenticateOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/verify-authentication": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthPasskeyVerifyAuthentication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/generate-register-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Begin to add a passkey, in the first ten minutes of a session
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthPasskeyGenerateRegisterOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/verify-registration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a passkey
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthPasskeyVerifyRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/list-user-passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Passkeys of the person
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthPasskeyListUserPasskeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/update-passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rename a passkey
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthPasskeyUpdatePasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/delete-passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove a passkey
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthPasskeyDeletePasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an organisation
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rename an organisation
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationUpdate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete an organisation without keys
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationDelete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Organisations of the person
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthOrganizationList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/get-full-organization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An organisation with its members
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthOrganizationGetFullOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/list-members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Members of an organisation
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthOrganizationListMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/invite-member": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite somebody
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationInviteMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/cancel-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an invitation back
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationCancelInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/accept-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationAcceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/reject-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline an invitation
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationRejectInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/get-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An invitation of the person
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthOrganizationGetInvitation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/list-invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Invitations of an organisation
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthOrganizationListInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/list-user-invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Invitations of the person
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        get: operations["getApiAuthOrganizationListUserInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/remove-member": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove a member
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationRemoveMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/update-member-role": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the role of a member
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationUpdateMemberRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/organization/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave an organisation
         * @description Answered by Better Auth; call it with the client of that library, from a page of this server.
         */
        post: operations["postApiAuthOrganizationLeave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description Everyone who is signed in.
         */
        get: operations["getApiDashboardMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/open/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the sign-in page needs to know */
        get: operations["getApiDashboardOpenConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/open/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The invitation of a link
         * @description By what stands at the end of the link. A sign-up that sends the same text as `invitation` may use its address.
         */
        get: operations["getApiDashboardOpenInvitation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Become the first administrator
         * @description With the token of the link that the server prints while nobody can administer it. Signs in.
         */
        post: operations["postApiDashboardSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys, newest first, 50 a page
         * @description Owners and admins see the keys of the organisation, members their own.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/keys/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardKeysByHash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/keys/{hash}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand an API key to another member
         * @description It works on, for the new owner, with what is left of its budget. A key that is bound to a project goes to members of that project only.
         *
         *     By session: owners and admins of the organisation named in `x-org-id`.
         */
        post: operations["postApiDashboardKeysByHashTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/organization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the organisation
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename the organisation
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        patch: operations["patchApiDashboardOrganization"];
        trace?: never;
    };
    "/api/dashboard/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List members by name, 50 a page
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List invitations that wait for an answer, newest first
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        get: operations["getApiDashboardInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List projects, newest first, 50 a page
         * @description Owners and admins see all of the organisation, members those that they are in.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardProjects"];
        put?: never;
        /**
         * Create a project; whoever creates it is its first member
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        post: operations["postApiDashboardProjects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/projects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a project
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardProjectsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename, archive or restore a project
         * @description An archived project can be named in no request.
         *
         *     By session: owners and admins of the organisation named in `x-org-id`.
         */
        patch: operations["patchApiDashboardProjectsById"];
        trace?: never;
    };
    "/api/dashboard/projects/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the members of a project by name, 1000 at most
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardProjectsByIdMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/projects/{id}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a member of the organisation one of the project
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        put: operations["putApiDashboardProjectsByIdMembersByUserId"];
        post?: never;
        /**
         * Take a member out of the project
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        delete: operations["deleteApiDashboardProjectsByIdMembersByUserId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Spend, requests, errors and latency by day and by group
         * @description Owners and admins see the organisation, members themselves. Days are UTC.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List requests, newest first, 50 a page
         * @description Owners and admins see the organisation, members themselves. A filter that matches little may answer with a page that is not full: `next` goes on.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/usage/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sums of usage by day and by group
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardUsageSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/usage.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requests as a file of comma-separated values, newest first
         * @description At most 100 000 rows; the last line says when there are more. Cells that a spreadsheet would run begin with an apostrophe.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardUsageCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is granted, spent, held and left, and which quotas apply
         * @description Of the caller in the organisation that the request names. Quotas of single keys are told with these.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardBalance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/balance/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Grants, refunds and corrections of the balance, newest first, 50 a page
         * @description Requests are no entries: they are under /api/dashboard/usage. Those of an organisation’s balance are for its owners and admins; for members the list is empty.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardBalanceEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/playground/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the chat models of the plan
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardPlaygroundModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/playground/generation-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models of the plan that make images, videos, sounds and texts by tasks
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardPlaygroundGenerationModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/playground/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Chat with a model
         * @description As `POST /v1/chat/completions`. Its usage rows stand under the key `session:<id of the user>`.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        post: operations["postApiDashboardPlaygroundChatCompletions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks, newest first, 50 a page
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a task with its timeline and the webhooks that were told of it
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardTasksById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a task that is still pending
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        post: operations["postApiDashboardTasksByIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/playground/generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Generate images, videos, sounds or texts
         * @description As `POST /v1/generate`. Its usage rows stand under the key `session:<id of the user>`.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        post: operations["postApiDashboardPlaygroundGenerate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook endpoints, newest first
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        get: operations["getApiDashboardWebhooks"];
        put?: never;
        /**
         * Create a webhook endpoint
         * @description The secret that signs its deliveries stands beside `data`, once. Repeat safely with an `Idempotency-Key` header.
         *
         *     By session: owners and admins of the organisation named in `x-org-id`.
         */
        post: operations["postApiDashboardWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook endpoint
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        get: operations["getApiDashboardWebhooksById"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook endpoint; what waits for it is given up
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        delete: operations["deleteApiDashboardWebhooksById"];
        options?: never;
        head?: never;
        /**
         * Change, disable or enable a webhook endpoint
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        patch: operations["patchApiDashboardWebhooksById"];
        trace?: never;
    };
    "/api/dashboard/webhooks/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new secret; the one before signs beside it for a while
         * @description 409 while the one before still signs, except without an overlap.
         *
         *     By session: owners and admins of the organisation named in `x-org-id`.
         */
        post: operations["postApiDashboardWebhooksByIdRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the event `webhook.test` to an endpoint
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        post: operations["postApiDashboardWebhooksByIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/webhook-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the caller has a secret for addresses that his tasks name
         * @description By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardWebhookSecret"];
        put?: never;
        /**
         * Make that secret, or the next one; the one before signs beside it for a while
         * @description It stands beside `data`, once. It signs what is sent to the `webhook_url` of his tasks. 409 while the one before still signs, except without an overlap. Repeat safely with an `Idempotency-Key` header.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        post: operations["postApiDashboardWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/webhook-deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook deliveries, newest first, 50 a page
         * @description Owners and admins see those of the organisation, members those to the addresses that their own tasks named.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/webhook-deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook delivery with its body and attempts
         * @description Owners and admins see those of the organisation, members those to the addresses that their own tasks named.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        get: operations["getApiDashboardWebhookDeliveriesById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/webhook-deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a webhook delivery again, under the same id
         * @description Owners and admins see those of the organisation, members those to the addresses that their own tasks named.
         *
         *     By session: members of the organisation named in `x-org-id`; without it, of the person’s own.
         */
        post: operations["postApiDashboardWebhookDeliveriesByIdRedeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was changed and by whom, newest first, 50 a page
         * @description By session: owners and admins of the organisation named in `x-org-id`.
         */
        get: operations["getApiDashboardAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/audit.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit log as a file of comma-separated values, newest first
         * @description At most 100000 rows; the last line says when there are more.
         *
         *     By session: owners and admins of the organisation named in `x-org-id`.
         */
        get: operations["getApiDashboardAuditCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/audit.jsonl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit log as one JSON object per line, newest first
         * @description At most 100000 rows; the last line says when there are more.
         *
         *     By session: owners and admins of the organisation named in `x-org-id`.
         */
        get: operations["getApiDashboardAuditJsonl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users, newest first, 50 a page
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminUsers"];
        put?: never;
        /**
         * Make an account; its user gets a link to set a password
         * @description By session: administrators of this server.
         */
        post: operations["postApiDashboardAdminUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a user
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminUsersById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Suspend or activate a user, or change the plan or the right to administer this server
         * @description All of it happens, or nothing. One active user keeps the right to administer.
         *
         *     By session: administrators of this server.
         */
        patch: operations["patchApiDashboardAdminUsersById"];
        trace?: never;
    };
    "/api/dashboard/admin/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a user out everywhere
         * @description By session: administrators of this server.
         */
        delete: operations["deleteApiDashboardAdminUsersByIdSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/users/{id}/two-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take the second factor of a user who has lost it, and sign him out everywhere
         * @description By session: administrators of this server.
         */
        delete: operations["deleteApiDashboardAdminUsersByIdTwoFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List organisations, newest first, 50 a page
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminOrganizations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/organizations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an organisation
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminOrganizationsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the plan of an organisation, or suspend or activate it
         * @description It holds from the next request. All of it happens, or nothing.
         *
         *     By session: administrators of this server.
         */
        patch: operations["patchApiDashboardAdminOrganizationsById"];
        trace?: never;
    };
    "/api/dashboard/admin/credits": {
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
         * @description Of an organisation, or of a user where every user has a balance of his own.
         *
         *     By session: administrators of this server.
         */
        post: operations["postApiDashboardAdminCredits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List plans by rank
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminPlans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/plans/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a plan
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminPlansById"];
        /**
         * Create or replace a plan; it holds from the next request
         * @description By session: administrators of this server.
         */
        put: operations["putApiDashboardAdminPlansById"];
        post?: never;
        /**
         * Delete a plan that nobody has
         * @description By session: administrators of this server.
         */
        delete: operations["deleteApiDashboardAdminPlansById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List providers
         * @description Those of the configuration file and those of the database, with the health of their routes.
         *
         *     By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a provider
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminProvidersById"];
        /**
         * Create or replace a provider; it holds from the next request
         * @description By session: administrators of this server.
         */
        put: operations["putApiDashboardAdminProvidersById"];
        post?: never;
        /**
         * Delete a provider and its credentials
         * @description Refused while a model is routed to it.
         *
         *     By session: administrators of this server.
         */
        delete: operations["deleteApiDashboardAdminProvidersById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/providers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test the connection to a provider
         * @description With every credential: asks for its models, or for an answer of one token. Nothing is charged here.
         *
         *     By session: administrators of this server.
         */
        post: operations["postApiDashboardAdminProvidersByIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/providers/{id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a provider a credential
         * @description Several are used in turn; one that the provider refuses (401, 403, 429) rests for a while.
         *
         *     By session: administrators of this server.
         */
        post: operations["postApiDashboardAdminProvidersByIdCredentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/providers/{id}/credentials/{credentialId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a credential of a provider
         * @description By session: administrators of this server.
         */
        delete: operations["deleteApiDashboardAdminProvidersByIdCredentialsByCredentialId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models with their prices and routes
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a model with its price and routes
         * @description By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminModelsById"];
        /**
         * Create or replace a model; it holds from the next request
         * @description A request under way keeps the price it began with.
         *
         *     By session: administrators of this server.
         */
        put: operations["putApiDashboardAdminModelsById"];
        post?: never;
        /**
         * Delete a model
         * @description By session: administrators of this server.
         */
        delete: operations["deleteApiDashboardAdminModelsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/dashboard/admin/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the settings in force
         * @description They come from the configuration file and the environment, and change with a restart.
         *
         *     By session: administrators of this server.
         */
        get: operations["getApiDashboardAdminSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file that a task made
         * @description By the link in the task. One range of bytes may be asked for (RFC 9110 section 14).
         */
        get: operations["getFilesById"];
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
                            context_length: number | null;
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
                                context_length: number | null;
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
                            /** @description Of models for `POST /v1/generate` */
                            generation?: {
                                max_outputs: number;
                                /** @description The first is taken where a task names none */
                                aspect_ratios: string[];
                                resolutions: string[];
                                durations: {
                                    min: number;
                                    max: number;
                                    default: number;
                                } | null;
                                /** @description Takes `image_urls` */
                                editing: boolean;
                                prices: {
                                    /** @enum {unknown} */
                                    per: "output" | "second";
                                    credits: string;
                                    by_resolution: {
                                        [key: string]: string;
                                    };
                                } | null;
                            };
                        }[];
                        total_count: number;
                        links: {
                            next: null;
                        };
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
                        context_length: number | null;
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
                            context_length: number | null;
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
                        /** @description Of models for `POST /v1/generate` */
                        generation?: {
                            max_outputs: number;
                            /** @description The first is taken where a task names none */
                            aspect_ratios: string[];
                            resolutions: string[];
                            durations: {
                                min: number;
                                max: number;
                                default: number;
                            } | null;
                            /** @description Takes `image_urls` */
                            editing: boolean;
                            prices: {
                                /** @enum {unknown} */
                                per: "output" | "second";
                                credits: string;
                                by_resolution: {
                                    [key: string]: string;
                                };
                            } | null;
                        };
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
                                /** @description Input and output tokens together; of a generation files or seconds */
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
        };
    };
    postV1Generate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description One of `GET /v1/models` that has a `generation` */
                    model: string;
                    prompt: string;
                    /** @description What must not be in it */
                    negative_prompt?: string;
                    /** @description How many; 1 unless set. Each that comes is charged */
                    num_outputs?: number;
                    /** @description e.g. `16:9` */
                    aspect_ratio?: string;
                    /** @description e.g. `1k` */
                    resolution?: string;
                    /** @description Seconds, of videos and sounds */
                    duration?: number;
                    /** @description Images to start from; with them an image is an edit */
                    image_urls?: string[];
                    /** @description Is told when the task has ended */
                    webhook_url?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            id: string;
                            /** @enum {unknown} */
                            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                            model: string;
                            /** @description `image_generate`, `image_edit`, `video_generate`, `audio_generate`, `text_generate` */
                            type: string;
                            /** @description Links that are good for a while; ask again for new ones */
                            output?: {
                                url: string;
                                urls: string[];
                            };
                            /** @description Of a task that failed or was cancelled */
                            error?: string;
                            /** @description With the currency’s symbol; zero until it is charged, at the end */
                            cost: string;
                            created_at: string;
                            started_at?: string;
                            completed_at?: string;
                        };
                        error: null;
                    };
                };
            };
        };
    };
    getV1Tasks: {
        parameters: {
            query?: {
                page?: number;
                per_page?: number;
                status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
                model?: string;
                /** @description ISO 8601 time; tasks that were created then or later */
                from?: string;
                /** @description ISO 8601 time; tasks created before */
                to?: string;
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
                                id: string;
                                /** @enum {unknown} */
                                status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                                model: string;
                                /** @description `image_generate`, `image_edit`, `video_generate`, `audio_generate`, `text_generate` */
                                type: string;
                                /** @description Links that are good for a while; ask again for new ones */
                                output?: {
                                    url: string;
                                    urls: string[];
                                };
                                /** @description Of a task that failed or was cancelled */
                                error?: string;
                                /** @description With the currency’s symbol; zero until it is charged, at the end */
                                cost: string;
                                created_at: string;
                                started_at?: string;
                                completed_at?: string;
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
        };
    };
    getV1TasksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            /** @enum {unknown} */
                            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                            model: string;
                            /** @description `image_generate`, `image_edit`, `video_generate`, `audio_generate`, `text_generate` */
                            type: string;
                            /** @description Links that are good for a while; ask again for new ones */
                            output?: {
                                url: string;
                                urls: string[];
                            };
                            /** @description Of a task that failed or was cancelled */
                            error?: string;
                            /** @description With the currency’s symbol; zero until it is charged, at the end */
                            cost: string;
                            created_at: string;
                            started_at?: string;
                            completed_at?: string;
                        };
                        error: null;
                    };
                };
            };
        };
    };
    postV1TasksByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            /** @enum {unknown} */
                            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                            model: string;
                            /** @description `image_generate`, `image_edit`, `video_generate`, `audio_generate`, `text_generate` */
                            type: string;
                            /** @description Links that are good for a while; ask again for new ones */
                            output?: {
                                url: string;
                                urls: string[];
                            };
                            /** @description Of a task that failed or was cancelled */
                            error?: string;
                            /** @description With the currency’s symbol; zero until it is charged, at the end */
                            cost: string;
                            created_at: string;
                            started_at?: string;
                            completed_at?: string;
                        };
                        error: null;
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
                            /** @description Of a key that was never changed, when it was made */
                            updated_at: string;
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
                            /** @description Of a key that was never changed, when it was made */
                            updated_at: string;
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
                            /** @description Of a key that was never changed, when it was made */
                            updated_at: string;
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
                            /** @description Of a key that was never changed, when it was made */
                            updated_at: string;
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
                            context_length: number | null;
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
                                context_length: number | null;
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
                            /** @description Of models for `POST /v1/generate` */
                            generation?: {
                                max_outputs: number;
                                /** @description The first is taken where a task names none */
                                aspect_ratios: string[];
                                resolutions: string[];
                                durations: {
                                    min: number;
                                    max: number;
                                    default: number;
                                } | null;
                                /** @description Takes `image_urls` */
                                editing: boolean;
                                prices: {
                                    /** @enum {unknown} */
                                    per: "output" | "second";
                                    credits: string;
                                    by_resolution: {
                                        [key: string]: string;
                                    };
                                } | null;
                            };
                        }[];
                        total_count: number;
                        links: {
                            next: null;
                        };
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
                        context_length: number | null;
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
                            context_length: number | null;
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
                        /** @description Of models for `POST /v1/generate` */
                        generation?: {
                            max_outputs: number;
                            /** @description The first is taken where a task names none */
                            aspect_ratios: string[];
                            resolutions: string[];
                            durations: {
                                min: number;
                                max: number;
                                default: number;
                            } | null;
                            /** @description Takes `image_urls` */
                            editing: boolean;
                            prices: {
                                /** @enum {unknown} */
                                per: "output" | "second";
                                credits: string;
                                by_resolution: {
                                    [key: string]: string;
                                };
                            } | null;
                        };
                    };
                };
            };
        };
    };
    postApiAuthSignOut: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthGetSession: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthUpdateUser: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthListSessions: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthRevokeSession: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthRevokeSessions: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthRevokeOtherSessions: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthSignUpEmail: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthSignInEmail: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthRequestPasswordReset: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthResetPassword: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthVerifyEmail: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthSendVerificationEmail: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthChangePassword: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthChangeEmail: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthTwoFactorEnable: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthTwoFactorDisable: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthTwoFactorVerifyTotp: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthTwoFactorVerifyBackupCode: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthTwoFactorGenerateBackupCodes: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthTwoFactorGetTotpUri: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthPasskeyGenerateAuthenticateOptions: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthPasskeyVerifyAuthentication: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthPasskeyGenerateRegisterOptions: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthPasskeyVerifyRegistration: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthPasskeyListUserPasskeys: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthPasskeyUpdatePasskey: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthPasskeyDeletePasskey: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationCreate: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationUpdate: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationDelete: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthOrganizationList: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthOrganizationGetFullOrganization: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthOrganizationListMembers: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationInviteMember: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationCancelInvitation: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationAcceptInvitation: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationRejectInvitation: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthOrganizationGetInvitation: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthOrganizationListInvitations: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiAuthOrganizationListUserInvitations: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationRemoveMember: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationUpdateMemberRole: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    postApiAuthOrganizationLeave: {
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
                    "application/json": unknown;
                };
            };
        };
    };
    getApiDashboardMe: {
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
                            user: {
                                id: string;
                                email: string;
                                name: string;
                                /** @description Administers this server */
                                operator: boolean;
                                twoFactor: boolean;
                            };
                            /** @description The person’s own first */
                            organizations: {
                                id: string;
                                name: string;
                                personal: boolean;
                                /** @enum {unknown} */
                                role: "owner" | "admin" | "member";
                                plan: string | null;
                                /** @enum {unknown} */
                                status: "active" | "suspended";
                            }[];
                            session: {
                                id: string;
                                startedAt: string;
                            };
                            brand: string;
                            publicUrl: string;
                            /** @description What OpenAI’s clients take as their base URL */
                            apiBase: string;
                            environment: string;
                            version: string;
                            /** @enum {unknown} */
                            signUp: "open" | "invitation" | "oidc" | "closed";
                            oidc: {
                                id: string;
                                name: string;
                            }[];
                            features: {
                                /** @description Sign-in by password, and so passwords and second factors */
                                emailPassword: boolean;
                                /** @description Letters reach people; else the operator passes links on */
                                mail: boolean;
                                /** @description `/docs` is open */
                                docs: boolean;
                                /** @description Keys may hold `keys:read` and `keys:write` */
                                keysByKey: boolean;
                                /**
                                 * @description Who has a prepaid balance
                                 * @enum {unknown}
                                 */
                                balanceOf: "none" | "organization" | "user";
                            };
                        };
                    };
                };
            };
        };
    };
    getApiDashboardOpenConfig: {
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
                            brand: string;
                            version: string;
                            /** @enum {unknown} */
                            signUp: "open" | "invitation" | "oidc" | "closed";
                            emailPassword: boolean;
                            passkeys: {
                                /**
                                 * @description Whether browsers make passkeys for this server, and if not, what its `publicUrl` lacks
                                 * @enum {unknown}
                                 */
                                state: "on" | "off" | "needs_name" | "needs_https";
                                /** @description The only origin whose pages may ask for one */
                                origin: string | null;
                            };
                            oidc: {
                                id: string;
                                name: string;
                            }[];
                            /** @description Characters that a password must have */
                            passwordLeast: number;
                            /** @description Letters reach people; else the operator passes links on */
                            mail: boolean;
                            /** @description Nobody can administer this server yet */
                            setupNeeded: boolean;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardOpenInvitation: {
        parameters: {
            query: {
                ticket: string;
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
                            /** @description For `organization/accept-invitation`, from a verified address; the ticket serves every address */
                            id: string;
                            email: string;
                            role: string | null;
                            organizationName: string;
                            inviterName: string | null;
                            /** @description Whether the address has an account to sign in to */
                            hasAccount: boolean;
                        };
                    };
                };
            };
        };
    };
    postApiDashboardSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    email: string;
                    name: string;
                    password: string;
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
                            signedIn: boolean;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardKeys: {
        parameters: {
            query?: {
                /** @description Part of a text, in any case of letters */
                search?: string;
                /** @description `next` of the page before */
                cursor?: string;
                state?: "active" | "disabled" | "expired";
                project?: string;
                user?: string;
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
                            hash: string;
                            name: string;
                            label: string;
                            /** @enum {unknown} */
                            state: "active" | "disabled" | "expired";
                            environment: string;
                            permissions: string[];
                            allowed_models: string[] | null;
                            allowed_cidrs: string[] | null;
                            limit: string | null;
                            limit_remaining: string | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            /** @description Credits as a decimal */
                            usage: string;
                            /** @description Credits as a decimal */
                            usage_daily: string;
                            /** @description Credits as a decimal */
                            usage_weekly: string;
                            /** @description Credits as a decimal */
                            usage_monthly: string;
                            last_used: string | null;
                            created_at: string;
                            updated_at: string | null;
                            expires_at: string | null;
                            external_user: string | null;
                            owner: {
                                id: string;
                                name: string;
                                email: string;
                            };
                            project: {
                                id: string;
                                name: string;
                            } | null;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardKeysByHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
                            hash: string;
                            name: string;
                            label: string;
                            /** @enum {unknown} */
                            state: "active" | "disabled" | "expired";
                            environment: string;
                            permissions: string[];
                            allowed_models: string[] | null;
                            allowed_cidrs: string[] | null;
                            limit: string | null;
                            limit_remaining: string | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            /** @description Credits as a decimal */
                            usage: string;
                            /** @description Credits as a decimal */
                            usage_daily: string;
                            /** @description Credits as a decimal */
                            usage_weekly: string;
                            /** @description Credits as a decimal */
                            usage_monthly: string;
                            last_used: string | null;
                            created_at: string;
                            updated_at: string | null;
                            expires_at: string | null;
                            external_user: string | null;
                            owner: {
                                id: string;
                                name: string;
                                email: string;
                            };
                            project: {
                                id: string;
                                name: string;
                            } | null;
                        };
                    };
                };
            };
        };
    };
    postApiDashboardKeysByHashTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    userId: string;
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
                            hash: string;
                            name: string;
                            label: string;
                            /** @enum {unknown} */
                            state: "active" | "disabled" | "expired";
                            environment: string;
                            permissions: string[];
                            allowed_models: string[] | null;
                            allowed_cidrs: string[] | null;
                            limit: string | null;
                            limit_remaining: string | null;
                            limit_reset: ("daily" | "weekly" | "monthly") | null;
                            /** @description Credits as a decimal */
                            usage: string;
                            /** @description Credits as a decimal */
                            usage_daily: string;
                            /** @description Credits as a decimal */
                            usage_weekly: string;
                            /** @description Credits as a decimal */
                            usage_monthly: string;
                            last_used: string | null;
                            created_at: string;
                            updated_at: string | null;
                            expires_at: string | null;
                            external_user: string | null;
                            owner: {
                                id: string;
                                name: string;
                                email: string;
                            };
                            project: {
                                id: string;
                                name: string;
                            } | null;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardOrganization: {
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
                            id: string;
                            name: string;
                            personal: boolean;
                            plan: string | null;
                            /** @enum {unknown} */
                            role: "owner" | "admin" | "member";
                            createdAt: string;
                            members: number;
                        };
                    };
                };
            };
        };
    };
    patchApiDashboardOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
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
                            id: string;
                            name: string;
                            personal: boolean;
                            plan: string | null;
                            /** @enum {unknown} */
                            role: "owner" | "admin" | "member";
                            createdAt: string;
                            members: number;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardMembers: {
        parameters: {
            query?: {
                /** @description Part of a text, in any case of letters */
                search?: string;
                /** @description `next` of the page before */
                cursor?: string;
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
                            /** @description Of the membership, as `organization/remove-member` takes it */
                            id: string;
                            userId: string;
                            name: string;
                            email: string;
                            /** @enum {unknown} */
                            role: "owner" | "admin" | "member";
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            joinedAt: string;
                            keys: number | null;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardInvitations: {
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
                            id: string;
                            email: string;
                            /** @enum {unknown} */
                            role: "owner" | "admin" | "member";
                            /** @enum {unknown} */
                            state: "pending" | "expired";
                            createdAt: string;
                            expiresAt: string;
                            inviter: {
                                id: string;
                                name: string;
                            };
                        }[];
                    };
                };
            };
        };
    };
    getApiDashboardProjects: {
        parameters: {
            query?: {
                /** @description Part of a text, in any case of letters */
                search?: string;
                /** @description `next` of the page before */
                cursor?: string;
                archived?: boolean;
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
                            id: string;
                            name: string;
                            createdAt: string;
                            archivedAt: string | null;
                            members: number;
                            /** @description Keys bound to it that are not revoked */
                            keys: number;
                            /** @description Whether the caller is a member, who may name it in requests */
                            mine: boolean;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    postApiDashboardProjects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
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
                            name: string;
                            createdAt: string;
                            archivedAt: string | null;
                            members: number;
                            /** @description Keys bound to it that are not revoked */
                            keys: number;
                            /** @description Whether the caller is a member, who may name it in requests */
                            mine: boolean;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardProjectsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            name: string;
                            createdAt: string;
                            archivedAt: string | null;
                            members: number;
                            /** @description Keys bound to it that are not revoked */
                            keys: number;
                            /** @description Whether the caller is a member, who may name it in requests */
                            mine: boolean;
                        };
                    };
                };
            };
        };
    };
    patchApiDashboardProjectsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    archived?: boolean;
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
                            id: string;
                            name: string;
                            createdAt: string;
                            archivedAt: string | null;
                            members: number;
                            /** @description Keys bound to it that are not revoked */
                            keys: number;
                            /** @description Whether the caller is a member, who may name it in requests */
                            mine: boolean;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardProjectsByIdMembers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            userId: string;
                            name: string;
                            email: string;
                            joinedAt: string;
                        }[];
                    };
                };
            };
        };
    };
    putApiDashboardProjectsByIdMembersByUserId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                userId: string;
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
                    };
                };
            };
        };
    };
    deleteApiDashboardProjectsByIdMembersByUserId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                userId: string;
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
                    };
                };
            };
        };
    };
    getApiDashboardOverview: {
        parameters: {
            query?: {
                group?: "model" | "key" | "project" | "end_user" | "user";
                /** @description First UTC day, e.g. 2026-01-31; 29 days before the last unless set */
                from?: string;
                /** @description Last UTC day; today unless set */
                to?: string;
                model?: string;
                /** @description The `hash` of a key */
                key?: string;
                /** @description The id of a project */
                project?: string;
                end_user?: string;
                /** @description The id of a member; members see themselves only */
                user?: string;
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
                            /** @description First UTC day */
                            from: string;
                            /** @description Last UTC day, included */
                            to: string;
                            group: string;
                            totals: {
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                            };
                            /** @description Every day of the range, those without requests too */
                            days: {
                                day: string;
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                            }[];
                            /** @description The ten that spent most */
                            groups: {
                                /** @description null: requests that name none */
                                id: string | null;
                                /** @description What to show: the name of the key, project or user; else the id */
                                name: string;
                                /** @description Of a key its visible part, of a user the e-mail address */
                                label: string | null;
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                                /** @description One for each of `days` */
                                spend_by_day: string[];
                                /** @description One for each of `days` */
                                requests_by_day: number[];
                            }[];
                            /** @description All others together; null when there are none */
                            rest: {
                                groups: number;
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                            } | null;
                            latency: {
                                /** @description How many of the newest completed requests were looked at */
                                requests: number;
                                p50_ms: number | null;
                                p95_ms: number | null;
                                first_byte_p50_ms: number | null;
                                first_byte_p95_ms: number | null;
                            };
                        };
                    };
                };
            };
        };
    };
    getApiDashboardUsage: {
        parameters: {
            query?: {
                /** @description ISO 8601; requests that began then or later */
                from?: string;
                /** @description ISO 8601; requests that began before */
                to?: string;
                outcome?: "completed" | "incomplete" | "failed" | "aborted";
                status?: number;
                /** @description One request, by its id */
                request?: string;
                model?: string;
                /** @description The `hash` of a key */
                key?: string;
                /** @description The id of a project */
                project?: string;
                end_user?: string;
                /** @description The id of a member; members see themselves only */
                user?: string;
                cursor?: string;
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
                            /** @description The request id */
                            id: string;
                            created_at: string;
                            duration_ms: number;
                            first_byte_ms: number | null;
                            endpoint: string;
                            model: string;
                            provider: string | null;
                            provider_model: string | null;
                            key: {
                                hash: string;
                                name: string | null;
                                label: string | null;
                            };
                            user: {
                                id: string;
                                name: string | null;
                                email: string | null;
                            };
                            project: {
                                id: string;
                                name: string | null;
                            } | null;
                            end_user: string | null;
                            streamed: boolean;
                            /** @description The status that the client was answered with */
                            status: number;
                            /** @enum {unknown} */
                            outcome: "completed" | "incomplete" | "failed" | "aborted";
                            error_code: string | null;
                            input_tokens: number;
                            cached_tokens: number;
                            output_tokens: number;
                            reasoning_tokens: number;
                            /** @description Files or seconds of a generation */
                            units: number;
                            /** @description Credits as a plain decimal, exact */
                            cost: string;
                            /** @enum {unknown} */
                            cost_basis: "reported" | "counted" | "held" | "none";
                            attempts: number;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                        /** @description Set when the page is not full though there may be more: all that began at or after this time was looked at; ask on with `next` */
                        searched_to: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardUsageSummary: {
        parameters: {
            query?: {
                group?: "model" | "key" | "project" | "end_user" | "user";
                /** @description First UTC day, e.g. 2026-01-31; 29 days before the last unless set */
                from?: string;
                /** @description Last UTC day; today unless set */
                to?: string;
                model?: string;
                /** @description The `hash` of a key */
                key?: string;
                /** @description The id of a project */
                project?: string;
                end_user?: string;
                /** @description The id of a member; members see themselves only */
                user?: string;
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
                            /** @description First UTC day */
                            from: string;
                            /** @description Last UTC day, included */
                            to: string;
                            group: string;
                            totals: {
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                            };
                            /** @description Every day of the range, those without requests too */
                            days: {
                                day: string;
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                            }[];
                            /** @description The ten that spent most */
                            groups: {
                                /** @description null: requests that name none */
                                id: string | null;
                                /** @description What to show: the name of the key, project or user; else the id */
                                name: string;
                                /** @description Of a key its visible part, of a user the e-mail address */
                                label: string | null;
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                                /** @description One for each of `days` */
                                spend_by_day: string[];
                                /** @description One for each of `days` */
                                requests_by_day: number[];
                            }[];
                            /** @description All others together; null when there are none */
                            rest: {
                                groups: number;
                                requests: number;
                                failed: number;
                                input_tokens: number;
                                cached_tokens: number;
                                output_tokens: number;
                                reasoning_tokens: number;
                                /** @description Credits as a plain decimal, exact */
                                spend: string;
                                mean_latency_ms: number | null;
                            } | null;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardUsageCsv: {
        parameters: {
            query?: {
                /** @description ISO 8601; requests that began then or later */
                from?: string;
                /** @description ISO 8601; requests that began before */
                to?: string;
                outcome?: "completed" | "incomplete" | "failed" | "aborted";
                status?: number;
                /** @description One request, by its id */
                request?: string;
                model?: string;
                /** @description The `hash` of a key */
                key?: string;
                /** @description The id of a project */
                project?: string;
                end_user?: string;
                /** @description The id of a member; members see themselves only */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description text/csv */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    getApiDashboardBalance: {
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
                            /** @description What stands before an amount of credits */
                            symbol: string;
                            /** @enum {unknown} */
                            of: "none" | "organization" | "user";
                            /** @description null where nothing is prepaid */
                            balance: {
                                /** @description Credits as a plain decimal, exact */
                                granted: string;
                                /** @description Credits as a plain decimal, exact */
                                spent: string;
                                /** @description Credits as a plain decimal, exact */
                                held: string;
                                /** @description Credits as a plain decimal, exact */
                                remaining: string;
                            } | null;
                            /** @description Credits used in all: of the balance where there is one, else by the organisation */
                            used: string;
                            plan: {
                                id: string;
                                name: string;
                            } | null;
                            quotas: {
                                /** @enum {unknown} */
                                subject: "organization" | "user" | "project";
                                subject_id: string;
                                /** @description What to show: the name of the organisation, user or project */
                                name: string;
                                /** @enum {unknown} */
                                unit: "credits" | "requests" | "tokens" | "in_flight";
                                /** @enum {unknown} */
                                period: "minute" | "day" | "week" | "month" | "none";
                                /** @description In the unit; credits as a decimal */
                                amount: string;
                                spent: string;
                                /** @description By requests under way */
                                held: string;
                                /** @description Never below 0 */
                                left: string;
                                resets_at: string | null;
                            }[];
                        };
                    };
                };
            };
        };
    };
    getApiDashboardBalanceEntries: {
        parameters: {
            query?: {
                cursor?: string;
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
                            id: string;
                            at: string;
                            /** @enum {unknown} */
                            kind: "grant" | "refund" | "opening" | "closing";
                            /** @description Credits; what it adds to what remains, below 0 where it takes away */
                            amount: string;
                            request_id: string | null;
                            note: string | null;
                            reference: string | null;
                            by: {
                                kind: string;
                                id: string | null;
                                name: string | null;
                            };
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardPlaygroundModels: {
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
                            id: string;
                            name: string;
                            description: string;
                            context_window: number;
                            vision: boolean;
                            /** @description Credits per million tokens; null where the model costs nothing */
                            prices: {
                                input: string | null;
                                cached_input: string | null;
                                output: string | null;
                            };
                        }[];
                    };
                };
            };
        };
    };
    getApiDashboardPlaygroundGenerationModels: {
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
                            id: string;
                            name: string;
                            description: string;
                            /** @enum {unknown} */
                            kind: "image" | "video" | "audio" | "text";
                            /** @description Of models for `POST /v1/generate` */
                            generation: {
                                max_outputs: number;
                                /** @description The first is taken where a task names none */
                                aspect_ratios: string[];
                                resolutions: string[];
                                durations: {
                                    min: number;
                                    max: number;
                                    default: number;
                                } | null;
                                /** @description Takes `image_urls` */
                                editing: boolean;
                                prices: {
                                    /** @enum {unknown} */
                                    per: "output" | "second";
                                    credits: string;
                                    by_resolution: {
                                        [key: string]: string;
                                    };
                                } | null;
                            };
                        }[];
                    };
                };
            };
        };
    };
    postApiDashboardPlaygroundChatCompletions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    model: string;
                    messages: unknown[];
                    stream?: boolean;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description OpenAI’s answer, or its events when streamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getApiDashboardTasks: {
        parameters: {
            query?: {
                status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
                model?: string;
                /** @description The `hash` of a key */
                key?: string;
                /** @description The id of a member; members see their own tasks only */
                user?: string;
                /** @description ISO 8601; created then or later */
                from?: string;
                /** @description ISO 8601; created before */
                to?: string;
                /** @description `next` of the page before */
                cursor?: string;
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
                            id: string;
                            /** @enum {unknown} */
                            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                            model: string;
                            type: string;
                            input: {
                                prompt: string;
                                negative_prompt?: string;
                                num_outputs: number;
                                aspect_ratio?: string;
                                resolution?: string;
                                duration?: number;
                                image_urls: string[];
                                webhook_url?: string;
                            };
                            /** @description What it made and what is still kept of it */
                            files: {
                                id: string;
                                /** @description A link that is good for a while */
                                url: string;
                                contentType: string;
                                /** @description Bytes */
                                size: number;
                                width: number | null;
                                height: number | null;
                                durationMs: number | null;
                            }[];
                            error: string | null;
                            errorCode: string | null;
                            /** @description Credits as a plain decimal, exact */
                            cost: string;
                            /** @description Credits that were held for it; null where no quota of credits applied */
                            held: string | null;
                            /** @description Files or seconds that were charged */
                            units: number;
                            user: {
                                id: string;
                                name: string | null;
                                email: string | null;
                            };
                            /** @description null: a person at the playground */
                            key: {
                                hash: string;
                                name: string | null;
                            } | null;
                            project: {
                                id: string;
                                name: string | null;
                            } | null;
                            endUser: string | null;
                            provider: string | null;
                            attempts: number;
                            /** @description How often it was sent to a provider */
                            submits: number;
                            createdAt: string;
                            startedAt: string | null;
                            completedAt: string | null;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardTasksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            /** @enum {unknown} */
                            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                            model: string;
                            type: string;
                            input: {
                                prompt: string;
                                negative_prompt?: string;
                                num_outputs: number;
                                aspect_ratio?: string;
                                resolution?: string;
                                duration?: number;
                                image_urls: string[];
                                webhook_url?: string;
                            };
                            /** @description What it made and what is still kept of it */
                            files: {
                                id: string;
                                /** @description A link that is good for a while */
                                url: string;
                                contentType: string;
                                /** @description Bytes */
                                size: number;
                                width: number | null;
                                height: number | null;
                                durationMs: number | null;
                            }[];
                            error: string | null;
                            errorCode: string | null;
                            /** @description Credits as a plain decimal, exact */
                            cost: string;
                            /** @description Credits that were held for it; null where no quota of credits applied */
                            held: string | null;
                            /** @description Files or seconds that were charged */
                            units: number;
                            user: {
                                id: string;
                                name: string | null;
                                email: string | null;
                            };
                            /** @description null: a person at the playground */
                            key: {
                                hash: string;
                                name: string | null;
                            } | null;
                            project: {
                                id: string;
                                name: string | null;
                            } | null;
                            endUser: string | null;
                            provider: string | null;
                            attempts: number;
                            /** @description How often it was sent to a provider */
                            submits: number;
                            createdAt: string;
                            startedAt: string | null;
                            completedAt: string | null;
                            /** @description What happened to it, in order */
                            events: {
                                at: string;
                                /** @enum {unknown} */
                                kind: "created" | "claimed" | "submitted" | "accepted" | "attempt_failed" | "moved" | "released" | "completed" | "failed" | "cancelled";
                                detail: {
                                    [key: string]: unknown;
                                };
                            }[];
                            /** @description Webhooks that were told of it, newest first */
                            deliveries: {
                                id: string;
                                event: string;
                                url: string;
                                state: string;
                                attempts: number;
                                lastStatus: number | null;
                                lastError: string | null;
                                createdAt: string;
                                deliveredAt: string | null;
                            }[];
                        };
                    };
                };
            };
        };
    };
    postApiDashboardTasksByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            /** @enum {unknown} */
                            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                        };
                    };
                };
            };
        };
    };
    postApiDashboardPlaygroundGenerate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description One of `GET /v1/models` that has a `generation` */
                    model: string;
                    prompt: string;
                    /** @description What must not be in it */
                    negative_prompt?: string;
                    /** @description How many; 1 unless set. Each that comes is charged */
                    num_outputs?: number;
                    /** @description e.g. `16:9` */
                    aspect_ratio?: string;
                    /** @description e.g. `1k` */
                    resolution?: string;
                    /** @description Seconds, of videos and sounds */
                    duration?: number;
                    /** @description Images to start from; with them an image is an edit */
                    image_urls?: string[];
                    /** @description Is told when the task has ended */
                    webhook_url?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            id: string;
                            /** @enum {unknown} */
                            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
                            model: string;
                            /** @description `image_generate`, `image_edit`, `video_generate`, `audio_generate`, `text_generate` */
                            type: string;
                            /** @description Links that are good for a while; ask again for new ones */
                            output?: {
                                url: string;
                                urls: string[];
                            };
                            /** @description Of a task that failed or was cancelled */
                            error?: string;
                            /** @description With the currency’s symbol; zero until it is charged, at the end */
                            cost: string;
                            created_at: string;
                            started_at?: string;
                            completed_at?: string;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardWebhooks: {
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
                            id: string;
                            url: string;
                            description: string | null;
                            /** @description Empty: all */
                            events: ("task.completed" | "task.failed" | "key.created" | "key.revoked" | "key.expiring" | "budget.threshold" | "balance.low")[];
                            active: boolean;
                            disabled_reason: string | null;
                            /** @description Since when every delivery has failed */
                            failing_since: string | null;
                            secret_created_at: string | null;
                            /** @description Until when the secret before signs, too */
                            former_secret_until: string | null;
                            created_at: string;
                            updated_at: string | null;
                        }[];
                    };
                };
            };
        };
    };
    postApiDashboardWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url: string;
                    /** @description Empty: all */
                    events?: ("task.completed" | "task.failed" | "key.created" | "key.revoked" | "key.expiring" | "budget.threshold" | "balance.low")[];
                    description?: string | null;
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
                            url: string;
                            description: string | null;
                            /** @description Empty: all */
                            events: ("task.completed" | "task.failed" | "key.created" | "key.revoked" | "key.expiring" | "budget.threshold" | "balance.low")[];
                            active: boolean;
                            disabled_reason: string | null;
                            /** @description Since when every delivery has failed */
                            failing_since: string | null;
                            secret_created_at: string | null;
                            /** @description Until when the secret before signs, too */
                            former_secret_until: string | null;
                            created_at: string;
                            updated_at: string | null;
                        };
                        secret: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardWebhooksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            url: string;
                            description: string | null;
                            /** @description Empty: all */
                            events: ("task.completed" | "task.failed" | "key.created" | "key.revoked" | "key.expiring" | "budget.threshold" | "balance.low")[];
                            active: boolean;
                            disabled_reason: string | null;
                            /** @description Since when every delivery has failed */
                            failing_since: string | null;
                            secret_created_at: string | null;
                            /** @description Until when the secret before signs, too */
                            former_secret_until: string | null;
                            created_at: string;
                            updated_at: string | null;
                        };
                    };
                };
            };
        };
    };
    deleteApiDashboardWebhooksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                    };
                };
            };
        };
    };
    patchApiDashboardWebhooksById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url?: string;
                    /** @description Empty: all */
                    events?: ("task.completed" | "task.failed" | "key.created" | "key.revoked" | "key.expiring" | "budget.threshold" | "balance.low")[];
                    description?: string | null;
                    active?: boolean;
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
                            id: string;
                            url: string;
                            description: string | null;
                            /** @description Empty: all */
                            events: ("task.completed" | "task.failed" | "key.created" | "key.revoked" | "key.expiring" | "budget.threshold" | "balance.low")[];
                            active: boolean;
                            disabled_reason: string | null;
                            /** @description Since when every delivery has failed */
                            failing_since: string | null;
                            secret_created_at: string | null;
                            /** @description Until when the secret before signs, too */
                            former_secret_until: string | null;
                            created_at: string;
                            updated_at: string | null;
                        };
                    };
                };
            };
        };
    };
    postApiDashboardWebhooksByIdRotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description How long the secret before signs beside the new one
                     * @default 24
                     */
                    overlap_hours: number;
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
                            id: string;
                            url: string;
                            description: string | null;
                            /** @description Empty: all */
                            events: ("task.completed" | "task.failed" | "key.created" | "key.revoked" | "key.expiring" | "budget.threshold" | "balance.low")[];
                            active: boolean;
                            disabled_reason: string | null;
                            /** @description Since when every delivery has failed */
                            failing_since: string | null;
                            secret_created_at: string | null;
                            /** @description Until when the secret before signs, too */
                            former_secret_until: string | null;
                            created_at: string;
                            updated_at: string | null;
                        };
                        secret: string | null;
                    };
                };
            };
        };
    };
    postApiDashboardWebhooksByIdTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            delivery_id: string;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardWebhookSecret: {
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
                            /** @description null: none was made */
                            secret_created_at: string | null;
                            former_secret_until: string | null;
                        };
                    };
                };
            };
        };
    };
    postApiDashboardWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description How long the secret before signs beside the new one
                     * @default 24
                     */
                    overlap_hours: number;
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
                            /** @description null: none was made */
                            secret_created_at: string | null;
                            former_secret_until: string | null;
                        };
                        secret: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                cursor?: string;
                endpoint?: string;
                state?: "pending" | "delivered" | "failed";
                event?: string;
                subject?: string;
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
                            /** @description `webhook-id` of every attempt */
                            id: string;
                            /** @description null: an address that a task named */
                            endpoint_id: string | null;
                            url: string;
                            event: string;
                            /** @description The task, key or counter that it is about */
                            subject_id: string;
                            /** @enum {unknown} */
                            state: "pending" | "delivered" | "failed";
                            attempts: number;
                            next_attempt_at: string | null;
                            last_status: number | null;
                            last_error: string | null;
                            created_at: string;
                            ended_at: string | null;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardWebhookDeliveriesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            /** @description `webhook-id` of every attempt */
                            id: string;
                            /** @description null: an address that a task named */
                            endpoint_id: string | null;
                            url: string;
                            event: string;
                            /** @description The task, key or counter that it is about */
                            subject_id: string;
                            /** @enum {unknown} */
                            state: "pending" | "delivered" | "failed";
                            attempts: number;
                            next_attempt_at: string | null;
                            last_status: number | null;
                            last_error: string | null;
                            created_at: string;
                            ended_at: string | null;
                            payload: {
                                [key: string]: unknown;
                            };
                            /** @description The newest 50, newest first */
                            attempt_log: {
                                attempt: number;
                                at: string;
                                duration_ms: number;
                                status: number | null;
                                error: string | null;
                                /** @description The first 1024 characters of the answer */
                                response: string | null;
                            }[];
                        };
                    };
                };
            };
        };
    };
    postApiDashboardWebhookDeliveriesByIdRedeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description `webhook-id` of every attempt */
                            id: string;
                            /** @description null: an address that a task named */
                            endpoint_id: string | null;
                            url: string;
                            event: string;
                            /** @description The task, key or counter that it is about */
                            subject_id: string;
                            /** @enum {unknown} */
                            state: "pending" | "delivered" | "failed";
                            attempts: number;
                            next_attempt_at: string | null;
                            last_status: number | null;
                            last_error: string | null;
                            created_at: string;
                            ended_at: string | null;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardAudit: {
        parameters: {
            query?: {
                /** @description The id of a user or key */
                actor?: string;
                /** @description E.g. `key.revoke`, or `key` for all of its kind */
                action?: string;
                /** @description The id of what was changed */
                target?: string;
                /** @description ISO 8601; then or later */
                from?: string;
                /** @description ISO 8601; before */
                to?: string;
                /** @description The whole server instead of the organisation; for those who administer it */
                all?: boolean;
                cursor?: string;
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
                            seq: number;
                            at: string;
                            actor: {
                                /** @enum {unknown} */
                                kind: "user" | "key" | "operator" | "system";
                                id: string | null;
                                name: string | null;
                                /** @description Of a key its visible part, of a user the e-mail address */
                                label: string | null;
                            };
                            /** @enum {unknown} */
                            way: "session" | "key" | "cli" | "server";
                            action: string;
                            target: {
                                kind: string;
                                id: string;
                                name: string | null;
                            };
                            organization_id: string | null;
                            before: {
                                [key: string]: unknown;
                            } | null;
                            after: {
                                [key: string]: unknown;
                            } | null;
                            request_id: string | null;
                            address: string | null;
                            /** @description Of this row and, by way of the one before, of all before it */
                            hash: string;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                        /** @description Set when the page is not full though there may be more: all since this time was looked at; ask on with `next` */
                        searched_to: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardAuditCsv: {
        parameters: {
            query?: {
                /** @description The id of a user or key */
                actor?: string;
                /** @description E.g. `key.revoke`, or `key` for all of its kind */
                action?: string;
                /** @description The id of what was changed */
                target?: string;
                /** @description ISO 8601; then or later */
                from?: string;
                /** @description ISO 8601; before */
                to?: string;
                /** @description The whole server instead of the organisation; for those who administer it */
                all?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description text/csv */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    getApiDashboardAuditJsonl: {
        parameters: {
            query?: {
                /** @description The id of a user or key */
                actor?: string;
                /** @description E.g. `key.revoke`, or `key` for all of its kind */
                action?: string;
                /** @description The id of what was changed */
                target?: string;
                /** @description ISO 8601; then or later */
                from?: string;
                /** @description ISO 8601; before */
                to?: string;
                /** @description The whole server instead of the organisation; for those who administer it */
                all?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description application/jsonl */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    getApiDashboardAdminUsers: {
        parameters: {
            query?: {
                /** @description Part of a text, in any case of letters */
                search?: string;
                /** @description `next` of the page before */
                cursor?: string;
                state?: "active" | "suspended";
                operator?: boolean;
                plan?: string;
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
                            id: string;
                            email: string;
                            name: string;
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            emailVerified: boolean;
                            twoFactor: boolean;
                            /** @description Administers this server */
                            operator: boolean;
                            plan: string | null;
                            createdAt: string;
                            /** @description Keys that are not revoked */
                            keys: number;
                            /** @description Sessions that have not expired */
                            sessions: number;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    postApiDashboardAdminUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    name: string;
                    plan?: string | null;
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
                            email: string;
                            name: string;
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            emailVerified: boolean;
                            twoFactor: boolean;
                            /** @description Administers this server */
                            operator: boolean;
                            plan: string | null;
                            createdAt: string;
                            /** @description Keys that are not revoked */
                            keys: number;
                            /** @description Sessions that have not expired */
                            sessions: number;
                            organizations: {
                                id: string;
                                name: string;
                                personal: boolean;
                                /** @enum {unknown} */
                                role: "owner" | "admin" | "member";
                            }[];
                            link: string | null;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardAdminUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            email: string;
                            name: string;
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            emailVerified: boolean;
                            twoFactor: boolean;
                            /** @description Administers this server */
                            operator: boolean;
                            plan: string | null;
                            createdAt: string;
                            /** @description Keys that are not revoked */
                            keys: number;
                            /** @description Sessions that have not expired */
                            sessions: number;
                            organizations: {
                                id: string;
                                name: string;
                                personal: boolean;
                                /** @enum {unknown} */
                                role: "owner" | "admin" | "member";
                            }[];
                        };
                    };
                };
            };
        };
    };
    patchApiDashboardAdminUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    suspended?: boolean;
                    plan?: string | null;
                    operator?: boolean;
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
                            id: string;
                            email: string;
                            name: string;
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            emailVerified: boolean;
                            twoFactor: boolean;
                            /** @description Administers this server */
                            operator: boolean;
                            plan: string | null;
                            createdAt: string;
                            /** @description Keys that are not revoked */
                            keys: number;
                            /** @description Sessions that have not expired */
                            sessions: number;
                            organizations: {
                                id: string;
                                name: string;
                                personal: boolean;
                                /** @enum {unknown} */
                                role: "owner" | "admin" | "member";
                            }[];
                        };
                    };
                };
            };
        };
    };
    deleteApiDashboardAdminUsersByIdSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            ended: number;
                        };
                    };
                };
            };
        };
    };
    deleteApiDashboardAdminUsersByIdTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            /** @description False: there was none */
                            removed: boolean;
                        };
                    };
                };
            };
        };
    };
    getApiDashboardAdminOrganizations: {
        parameters: {
            query?: {
                /** @description Part of a text, in any case of letters */
                search?: string;
                /** @description `next` of the page before */
                cursor?: string;
                state?: "active" | "suspended";
                personal?: boolean;
                plan?: string;
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
                            id: string;
                            name: string;
                            personal: boolean;
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            plan: string | null;
                            createdAt: string;
                            members: number;
                            /** @description Keys that are not revoked */
                            keys: number;
                            owner: {
                                id: string;
                                name: string;
                                email: string;
                            } | null;
                        }[];
                        /** @description `cursor` of the next page; null at the end */
                        next: string | null;
                    };
                };
            };
        };
    };
    getApiDashboardAdminOrganizationsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            name: string;
                            personal: boolean;
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            plan: string | null;
                            createdAt: string;
                            members: number;
                            /** @description Keys that are not revoked */
                            keys: number;
                            owner: {
                                id: string;
                                name: string;
                                email: string;
                            } | null;
                        };
                    };
                };
            };
        };
    };
    patchApiDashboardAdminOrganizationsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    plan?: string | null;
                    suspended?: boolean;
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
                            id: string;
                            name: string;
                            personal: boolean;
                            /** @enum {unknown} */
                            state: "active" | "suspended";
                            plan: string | null;
                            createdAt: string;
                            members: number;
                            /** @description Keys that are not revoked */
                            keys: number;
                            owner: {
                                id: string;
                                name: string;
                                email: string;
                            } | null;
                        };
                    };
                };
            };
        };
    };
    postApiDashboardAdminCredits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    organizationId?: string;
                    /** @description Id or e-mail address */
                    userId?: string;
                    /** @description Credits, above 0, with at most nine decimals */
                    amount: string;
                    note?: string;
                    /** @description Once per balance, without end */
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
                            organizationId: string;
                            /** @description Credits as a decimal */
                            amount: string;
                            note: string | null;
                            reference: string | null;
                            createdAt: string;
                            /** @description It was made before, under the same reference */
                            replayed: boolean;
                            balance: {
                                /** @description Credits as a decimal */
                                granted: string;
                                /** @description Credits as a decimal */
                                spent: string;
                                /** @description Credits as a decimal */
                                held: string;
                                /** @description Credits as a decimal */
                                remaining: string;
                            };
                        };
                    };
                };
            };
        };
    };
    getApiDashboardAdminPlans: {
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
                            id: string;
                            name: string;
                            /** @description The higher has more */
                            rank: number;
                            tools: string[] | null;
                            models: string[] | null;
                            quotas: {
                                /** @enum {unknown} */
                                subject: "key" | "end_user" | "project" | "user" | "organization";
                                /** @enum {unknown} */
                                unit: "credits" | "requests" | "tokens" | "in_flight";
                                /** @enum {unknown} */
                                period: "minute" | "day" | "week" | "month" | "none";
                                /** @description Credits with up to nine decimals, a whole number else */
                                amount: string;
                            }[];
                            users: number;
                            organizations: number;
                            /** @description Of everybody who has no other */
                            isDefault: boolean;
                        }[];
                    };
                };
            };
        };
    };
    getApiDashboardAdminPlansById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                            id: string;
                            name: string;
                            /** @description The higher has more */
                            rank: number;
                            tools: string[] | null;
                            models: string[] | null;
                            quotas: {
                                /** @enum {unknown} */
                                subject: "key" | "end_user" | "project" | "user" | "organization";
                                /** @enum {unknown} */
                                unit: "credits" | "requests" | "tokens" | "in_flight";
                                /** @enum {unknown} */
                                period: "minute" | "day" | "week" | "month" | "none";
                                /** @description Credits with up to nine decimals, a whole number else */
                                amount: string;
                            }[];
                            users: number;
                            organizations: number;
                            /** @description Of everybody who has no other */
                            isDefault: boolean;
                        };
                    };
                };
            };
        };
    };
    putApiDashboardAdminPlansById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    rank: number;
                    tools: string[] | null;
                    models: string[] | null;
                    quotas: {
                        /** @enum {unknown} */
                        subject: "key" | "end_user" | "project" | "user" | "organization";
                        /** @enum {unknown} */
                        unit: "credits" | "requests" | "tokens" | "in_flight";
                        /** @enum {unknown} */
                        period: "minute" | "day" | "week" | "month" | "none";
                        /** @description Credits with up to nine decimals, a whole number else */
                        amount: string;
                    }[];
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
                            id: string;
                            name: string;
                            /** @description The higher has more */
                            rank: number;
                            tools: string[] | null;
                            models: string[] | null;
                            quotas: {
                                /** @enum {unknown} */
                                subject: "key" | "end_user" | "project" | "user" | "organization";
                                /** @enum {unknown} */
                                unit: "credits" | "requests" | "tokens" | "in_flight";
                                /** @enum {unknown} */
                                period: "minute" | "day" | "week" | "month" | "none";
                                /** @description Credits with up to nine decimals, a whole number else */
                                amount: string;
                            }[];
                            users: number;
                            organizations: number;
                            /** @description Of everybody who has no other */
                            isDefault: boolean;
                        };
                    };
                };
            };
        };
    };
    deleteApiDashboardAdminPlansById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                    };
                };
            };
        };
    };
    getApiDashboardAdminProviders: {
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
                            id: string;
                            /**
                             * @description Entries of the configuration file and built-in ones are read-only here
                             * @enum {unknown}
                             */
                            source: "file" | "database" | "built-in";
                            /**
                             * @description `openai`: any OpenAI-compatible server; `http`: any service that makes files, by the group `http`; `sandbox`: built in, deterministic, no network
                             * @enum {unknown}
                             */
                            kind: "openai" | "http" | "sandbox";
                            /** @description Of an entry of the file the names only: their values may be credentials */
                            headers: {
                                [key: string]: string;
                            };
                            /**
                             * @description What the provider understands
                             * @default {}
                             */
                            supports: {
                                /**
                                 * @description Speaks /responses itself; else it is translated to chat
                                 * @default false
                                 */
                                responses: boolean;
                                /**
                                 * @description Understands `stream_options`
                                 * @default true
                                 */
                                streamOptions: boolean;
                                /**
                                 * @description Understands `max_completion_tokens`; else `max_tokens` is sent
                                 * @default true
                                 */
                                maxCompletionTokens: boolean;
                            };
                            /** @description Pictures (kind `openai`) */
                            images?: {
                                /**
                                 * @description `response_format` to send. `none`: the server takes no such field and answers with the bytes, as the gpt-image models do; older ones and most others need `b64_json`
                                 * @default none
                                 * @enum {unknown}
                                 */
                                responseFormat: "none" | "b64_json" | "url";
                                /**
                                 * @description Understands `negative_prompt`; else it is said in the prompt
                                 * @default false
                                 */
                                negativePrompt: boolean;
                                /**
                                 * @description Understands `n` above 1; else it is asked once for each picture
                                 * @default true
                                 */
                                several: boolean;
                                /** @description The `size` for an aspect ratio, a resolution or both, e.g. `16:9: 1536x1024`, `16:9 2k: 2048x1152`. Absent: worked out, in multiples of 16 */
                                sizes?: {
                                    [key: string]: string;
                                };
                            };
                            /** @description Speech (kind `openai`) */
                            speech?: {
                                /**
                                 * @description `voice` to send
                                 * @default alloy
                                 */
                                voice: string;
                                /**
                                 * @description `response_format` to send
                                 * @default mp3
                                 * @enum {unknown}
                                 */
                                format: "mp3" | "opus" | "aac" | "flac" | "wav";
                            };
                            /** @description How jobs are submitted and asked for (kind `http`) */
                            http?: {
                                /** @description The POST that asks for a job */
                                submit: {
                                    /** @description Added to `baseUrl`; `{model}` and other values may stand in it */
                                    path: string;
                                    /** @description Headers of the submit, e.g. `Idempotency-Key: "{idempotencyKey}"` */
                                    headers?: {
                                        [key: string]: string;
                                    };
                                    /** @description JSON with values in braces: `{model}`, `{prompt}`, `{negativePrompt}`, `{outputs}`, `{aspectRatio}`, `{resolution}`, `{width}`, `{height}`, `{durationSeconds}`, `{imageUrls}`, `{imageUrl}`, `{taskId}`, `{idempotencyKey}`. A text that is one of them alone becomes its value, or is left out where there is none */
                                    body: {
                                        [key: string]: unknown;
                                    };
                                };
                                /** @description Where the answer to the submit names the job; absent: that answer is already the end */
                                id?: string;
                                /** @description The GET that asks how far a job is; needed with `id` */
                                poll?: {
                                    /** @description Added to `baseUrl`; `{id}` stands for the job */
                                    path: string;
                                    /**
                                     * @description Time between two questions
                                     * @default 2000
                                     */
                                    everyMs: number;
                                };
                                /** @description Where an answer says how far the job is; absent: it has ended where it names outputs */
                                status?: string;
                                /**
                                 * @description What the status says, whatever its case; everything else means that it runs
                                 * @default {}
                                 */
                                states: {
                                    /**
                                     * @description It has ended well
                                     * @default [
                                     *       "succeeded",
                                     *       "success",
                                     *       "completed",
                                     *       "complete",
                                     *       "done",
                                     *       "ready"
                                     *     ]
                                     */
                                    succeeded: string[];
                                    /**
                                     * @description It failed; another route may be tried
                                     * @default [
                                     *       "failed",
                                     *       "failure",
                                     *       "error",
                                     *       "cancelled",
                                     *       "canceled"
                                     *     ]
                                     */
                                    failed: string[];
                                    /**
                                     * @description It will never be made
                                     * @default [
                                     *       "refused",
                                     *       "rejected",
                                     *       "moderated",
                                     *       "content_moderated"
                                     *     ]
                                     */
                                    refused: string[];
                                };
                                /** @description A further GET, after the job ended well, whose answer names the outputs; `{id}` stands for the job */
                                result?: string;
                                /** @description Where the outputs are named, e.g. `/images/*\/url`: addresses, `data:` addresses or base64 */
                                outputs?: string;
                                /**
                                 * @description What stands there
                                 * @default url
                                 * @enum {unknown}
                                 */
                                encoding: "url" | "base64";
                                /** @description In place of `outputs`: a GET whose answer is the one file itself; `{id}` stands for the job */
                                content?: string;
                                /**
                                 * @description Hosts that outputs may be fetched from, e.g. `*.cdn.example.com`; they may be private ones. Empty: from the host of `baseUrl` and from every public one
                                 * @default []
                                 */
                                outputHosts: string[];
                                /** @description Where an answer says why it failed */
                                error?: string;
                                /**
                                 * @description Words in that text that make a failure a refusal
                                 * @default [
                                 *       "content policy",
                                 *       "moderation",
                                 *       "nsfw",
                                 *       "safety"
                                 *     ]
                                 */
                                refusals: string[];
                                /**
                                 * @description How a credential is sent
                                 * @default {}
                                 */
                                credential: {
                                    /**
                                     * @description Header
                                     * @default authorization
                                     */
                                    header: string;
                                    /**
                                     * @description Put before it
                                     * @default Bearer
                                     */
                                    prefix: string;
                                };
                                /** @description A GET that a test of the connection sends */
                                test?: string;
                            };
                            /**
                             * @description Connections kept to the provider, at most
                             * @default 256
                             */
                            connections: number;
                            /**
                             * @description Time to connect
                             * @default 3000
                             */
                            connectTimeoutMs: number;
                            /**
                             * @description Time until the answer begins
                             * @default 120000
                             */
                            headersTimeoutMs: number;
                            /**
                             * @description Longest silence inside an answer
                             * @default 60000
                             */
                            idleTimeoutMs: number;
                            baseUrl: string | null;
                            /** @description By name; their text is never shown */
                            credentials: {
                                id: string;
                                name: string;
                                /**
                                 * @description On this node. `resting`: the provider refused it of late (401, 403, 429); `unreadable`: it cannot be decrypted
                                 * @enum {unknown}
                                 */
                                state: "well" | "resting" | "unreadable";
                                createdAt: string | null;
                            }[];
                            /** @description The models that are routed here */
                            routes: {
                                model: string;
                                providerModel: string;
                                /**
                                 * @description As this node sees it
                                 * @enum {unknown}
                                 */
                                state: "well" | "failing" | "resting";
                                /** @description Failures in a row */
                                failures: number;
                                restsUntil: string | null;
                            }[];
                            /** @description Why the entry is not served; null when it is */
                            fault: string | null;
                            createdAt: string | null;
                            updatedAt: string | null;
                        }[];
                    };
                };
            };
        };
    };
    getApiDashboardAdminProvidersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider in routes, usage and logs */
                id: string;
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
                            id: string;
                            /**
                             * @description Entries of the configuration file and built-in ones are read-only here
                             * @enum {unknown}
                             */
                            source: "file" | "database" | "built-in";
                            /**
                             * @description `openai`: any OpenAI-compatible server; `http`: any service that makes files, by the group `http`; `sandbox`: built in, deterministic, no network
                             * @enum {unknown}
                             */
                            kind: "openai" | "http" | "sandbox";
                            /** @description Of an entry of the file the names only: their values may be credentials */
                            headers: {
                                [key: string]: string;
                            };
                            /**
                             * @description What the provider understands
                             * @default {}
                             */
                            supports: {
                                /**
                                 * @description Speaks /responses itself; else it is translated to chat
                                 * @default false
                                 */
                                responses: boolean;
                                /**
                                 * @description Understands `stream_options`
                                 * @default true
                                 */
                                streamOptions: boolean;
                                /**
                                 * @description Understands `max_completion_tokens`; else `max_tokens` is sent
                                 * @default true
                                 */
                                maxCompletionTokens: boolean;
                            };
                            /** @description Pictures (kind `openai`) */
                            images?: {
                                /**
                                 * @description `response_format` to send. `none`: the server takes no such field and answers with the bytes, as the gpt-image models do; older ones and most others need `b64_json`
                                 * @default none
                                 * @enum {unknown}
                                 */
                                responseFormat: "none" | "b64_json" | "url";
                                /**
                                 * @description Understands `negative_prompt`; else it is said in the prompt
                                 * @default false
                                 */
                                negativePrompt: boolean;
                                /**
                                 * @description Understands `n` above 1; else it is asked once for each picture
                                 * @default true
                                 */
                                several: boolean;
                                /** @description The `size` for an aspect ratio, a resolution or both, e.g. `16:9: 1536x1024`, `16:9 2k: 2048x1152`. Absent: worked out, in multiples of 16 */
                                sizes?: {
                                    [key: string]: string;
                                };
                            };
                            /** @description Speech (kind `openai`) */
                            speech?: {
                                /**
                                 * @description `voice` to send
                                 * @default alloy
                                 */
                                voice: string;
                                /**
                                 * @description `response_format` to send
                                 * @default mp3
                                 * @enum {unknown}
                                 */
                                format: "mp3" | "opus" | "aac" | "flac" | "wav";
                            };
                            /** @description How jobs are submitted and asked for (kind `http`) */
                            http?: {
                                /** @description The POST that asks for a job */
                                submit: {
                                    /** @description Added to `baseUrl`; `{model}` and other values may stand in it */
                                    path: string;
                                    /** @description Headers of the submit, e.g. `Idempotency-Key: "{idempotencyKey}"` */
                                    headers?: {
                                        [key: string]: string;
                                    };
                                    /** @description JSON with values in braces: `{model}`, `{prompt}`, `{negativePrompt}`, `{outputs}`, `{aspectRatio}`, `{resolution}`, `{width}`, `{height}`, `{durationSeconds}`, `{imageUrls}`, `{imageUrl}`, `{taskId}`, `{idempotencyKey}`. A text that is one of them alone becomes its value, or is left out where there is none */
                                    body: {
                                        [key: string]: unknown;
                                    };
                                };
                                /** @description Where the answer to the submit names the job; absent: that answer is already the end */
                                id?: string;
                                /** @description The GET that asks how far a job is; needed with `id` */
                                poll?: {
                                    /** @description Added to `baseUrl`; `{id}` stands for the job */
                                    path: string;
                                    /**
                                     * @description Time between two questions
                                     * @default 2000
                                     */
                                    everyMs: number;
                                };
                                /** @description Where an answer says how far the job is; absent: it has ended where it names outputs */
                                status?: string;
                                /**
                                 * @description What the status says, whatever its case; everything else means that it runs
                                 * @default {}
                                 */
                                states: {
                                    /**
                                     * @description It has ended well
                                     * @default [
                                     *       "succeeded",
                                     *       "success",
                                     *       "completed",
                                     *       "complete",
                                     *       "done",
                                     *       "ready"
                                     *     ]
                                     */
                                    succeeded: string[];
                                    /**
                                     * @description It failed; another route may be tried
                                     * @default [
                                     *       "failed",
                                     *       "failure",
                                     *       "error",
                                     *       "cancelled",
                                     *       "canceled"
                                     *     ]
                                     */
                                    failed: string[];
                                    /**
                                     * @description It will never be made
                                     * @default [
                                     *       "refused",
                                     *       "rejected",
                                     *       "moderated",
                                     *       "content_moderated"
                                     *     ]
                                     */
                                    refused: string[];
                                };
                                /** @description A further GET, after the job ended well, whose answer names the outputs; `{id}` stands for the job */
                                result?: string;
                                /** @description Where the outputs are named, e.g. `/images/*\/url`: addresses, `data:` addresses or base64 */
                                outputs?: string;
                                /**
                                 * @description What stands there
                                 * @default url
                                 * @enum {unknown}
                                 */
                                encoding: "url" | "base64";
                                /** @description In place of `outputs`: a GET whose answer is the one file itself; `{id}` stands for the job */
                                content?: string;
                                /**
                                 * @description Hosts that outputs may be fetched from, e.g. `*.cdn.example.com`; they may be private ones. Empty: from the host of `baseUrl` and from every public one
                                 * @default []
                                 */
                                outputHosts: string[];
                                /** @description Where an answer says why it failed */
                                error?: string;
                                /**
                                 * @description Words in that text that make a failure a refusal
                                 * @default [
                                 *       "content policy",
                                 *       "moderation",
                                 *       "nsfw",
                                 *       "safety"
                                 *     ]
                                 */
                                refusals: string[];
                                /**
                                 * @description How a credential is sent
                                 * @default {}
                                 */
                                credential: {
                                    /**
                                     * @description Header
                                     * @default authorization
                                     */
                                    header: string;
                                    /**
                                     * @description Put before it
                                     * @default Bearer
                                     */
                                    prefix: string;
                                };
                                /** @description A GET that a test of the connection sends */
                                test?: string;
                            };
                            /**
                             * @description Connections kept to the provider, at most
                             * @default 256
                             */
                            connections: number;
                            /**
                             * @description Time to connect
                             * @default 3000
                             */
                            connectTimeoutMs: number;
                            /**
                             * @description Time until the answer begins
                             * @default 120000
                             */
                            headersTimeoutMs: number;
                            /**
                             * @description Longest silence inside an answer
                             * @default 60000
                             */
                            idleTimeoutMs: number;
                            baseUrl: string | null;
                            /** @description By name; their text is never shown */
                            credentials: {
                                id: string;
                                name: string;
                                /**
                                 * @description On this node. `resting`: the provider refused it of late (401, 403, 429); `unreadable`: it cannot be decrypted
                                 * @enum {unknown}
                                 */
                                state: "well" | "resting" | "unreadable";
                                createdAt: string | null;
                            }[];
                            /** @description The models that are routed here */
                            routes: {
                                model: string;
                                providerModel: string;
                                /**
                                 * @description As this node sees it
                                 * @enum {unknown}
                                 */
                                state: "well" | "failing" | "resting";
                                /** @description Failures in a row */
                                failures: number;
                                restsUntil: string | null;
                            }[];
                            /** @description Why the entry is not served; null when it is */
                            fault: string | null;
                            createdAt: string | null;
                            updatedAt: string | null;
                        };
                    };
                };
            };
        };
    };
    putApiDashboardAdminProvidersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider in routes, usage and logs */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description `openai`: any OpenAI-compatible server; `http`: any service that makes files, by the group `http`; `sandbox`: built in, deterministic, no network
                     * @enum {unknown}
                     */
                    kind: "openai" | "http" | "sandbox";
                    /** @description Headers added to every request, e.g. a provider version */
                    headers?: {
                        [key: string]: string;
                    };
                    /**
                     * @description What the provider understands
                     * @default {}
                     */
                    supports: {
                        /**
                         * @description Speaks /responses itself; else it is translated to chat
                         * @default false
                         */
                        responses: boolean;
                        /**
                         * @description Understands `stream_options`
                         * @default true
                         */
                        streamOptions: boolean;
                        /**
                         * @description Understands `max_completion_tokens`; else `max_tokens` is sent
                         * @default true
                         */
                        maxCompletionTokens: boolean;
                    };
                    /** @description Pictures (kind `openai`) */
                    images?: {
                        /**
                         * @description `response_format` to send. `none`: the server takes no such field and answers with the bytes, as the gpt-image models do; older ones and most others need `b64_json`
                         * @default none
                         * @enum {unknown}
                         */
                        responseFormat: "none" | "b64_json" | "url";
                        /**
                         * @description Understands `negative_prompt`; else it is said in the prompt
                         * @default false
                         */
                        negativePrompt: boolean;
                        /**
                         * @description Understands `n` above 1; else it is asked once for each picture
                         * @default true
                         */
                        several: boolean;
                        /** @description The `size` for an aspect ratio, a resolution or both, e.g. `16:9: 1536x1024`, `16:9 2k: 2048x1152`. Absent: worked out, in multiples of 16 */
                        sizes?: {
                            [key: string]: string;
                        };
                    };
                    /** @description Speech (kind `openai`) */
                    speech?: {
                        /**
                         * @description `voice` to send
                         * @default alloy
                         */
                        voice: string;
                        /**
                         * @description `response_format` to send
                         * @default mp3
                         * @enum {unknown}
                         */
                        format: "mp3" | "opus" | "aac" | "flac" | "wav";
                    };
                    /** @description How jobs are submitted and asked for (kind `http`) */
                    http?: {
                        /** @description The POST that asks for a job */
                        submit: {
                            /** @description Added to `baseUrl`; `{model}` and other values may stand in it */
                            path: string;
                            /** @description Headers of the submit, e.g. `Idempotency-Key: "{idempotencyKey}"` */
                            headers?: {
                                [key: string]: string;
                            };
                            /** @description JSON with values in braces: `{model}`, `{prompt}`, `{negativePrompt}`, `{outputs}`, `{aspectRatio}`, `{resolution}`, `{width}`, `{height}`, `{durationSeconds}`, `{imageUrls}`, `{imageUrl}`, `{taskId}`, `{idempotencyKey}`. A text that is one of them alone becomes its value, or is left out where there is none */
                            body: {
                                [key: string]: unknown;
                            };
                        };
                        /** @description Where the answer to the submit names the job; absent: that answer is already the end */
                        id?: string;
                        /** @description The GET that asks how far a job is; needed with `id` */
                        poll?: {
                            /** @description Added to `baseUrl`; `{id}` stands for the job */
                            path: string;
                            /**
                             * @description Time between two questions
                             * @default 2000
                             */
                            everyMs: number;
                        };
                        /** @description Where an answer says how far the job is; absent: it has ended where it names outputs */
                        status?: string;
                        /**
                         * @description What the status says, whatever its case; everything else means that it runs
                         * @default {}
                         */
                        states: {
                            /**
                             * @description It has ended well
                             * @default [
                             *       "succeeded",
                             *       "success",
                             *       "completed",
                             *       "complete",
                             *       "done",
                             *       "ready"
                             *     ]
                             */
                            succeeded: string[];
                            /**
                             * @description It failed; another route may be tried
                             * @default [
                             *       "failed",
                             *       "failure",
                             *       "error",
                             *       "cancelled",
                             *       "canceled"
                             *     ]
                             */
                            failed: string[];
                            /**
                             * @description It will never be made
                             * @default [
                             *       "refused",
                             *       "rejected",
                             *       "moderated",
                             *       "content_moderated"
                             *     ]
                             */
                            refused: string[];
                        };
                        /** @description A further GET, after the job ended well, whose answer names the outputs; `{id}` stands for the job */
                        result?: string;
                        /** @description Where the outputs are named, e.g. `/images/*\/url`: addresses, `data:` addresses or base64 */
                        outputs?: string;
                        /**
                         * @description What stands there
                         * @default url
                         * @enum {unknown}
                         */
                        encoding: "url" | "base64";
                        /** @description In place of `outputs`: a GET whose answer is the one file itself; `{id}` stands for the job */
                        content?: string;
                        /**
                         * @description Hosts that outputs may be fetched from, e.g. `*.cdn.example.com`; they may be private ones. Empty: from the host of `baseUrl` and from every public one
                         * @default []
                         */
                        outputHosts: string[];
                        /** @description Where an answer says why it failed */
                        error?: string;
                        /**
                         * @description Words in that text that make a failure a refusal
                         * @default [
                         *       "content policy",
                         *       "moderation",
                         *       "nsfw",
                         *       "safety"
                         *     ]
                         */
                        refusals: string[];
                        /**
                         * @description How a credential is sent
                         * @default {}
                         */
                        credential: {
                            /**
                             * @description Header
                             * @default authorization
                             */
                            header: string;
                            /**
                             * @description Put before it
                             * @default Bearer
                             */
                            prefix: string;
                        };
                        /** @description A GET that a test of the connection sends */
                        test?: string;
                    };
                    /**
                     * @description Connections kept to the provider, at most
                     * @default 256
                     */
                    connections: number;
                    /**
                     * @description Time to connect
                     * @default 3000
                     */
                    connectTimeoutMs: number;
                    /**
                     * @description Time until the answer begins
                     * @default 120000
                     */
                    headersTimeoutMs: number;
                    /**
                     * @description Longest silence inside an answer
                     * @default 60000
                     */
                    idleTimeoutMs: number;
                    /** @description Base URL, of the kind `openai` up to and with `/v1` */
                    baseUrl?: string;
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
                            id: string;
                            /**
                             * @description Entries of the configuration file and built-in ones are read-only here
                             * @enum {unknown}
                             */
                            source: "file" | "database" | "built-in";
                            /**
                             * @description `openai`: any OpenAI-compatible server; `http`: any service that makes files, by the group `http`; `sandbox`: built in, deterministic, no network
                             * @enum {unknown}
                             */
                            kind: "openai" | "http" | "sandbox";
                            /** @description Of an entry of the file the names only: their values may be credentials */
                            headers: {
                                [key: string]: string;
                            };
                            /**
                             * @description What the provider understands
                             * @default {}
                             */
                            supports: {
                                /**
                                 * @description Speaks /responses itself; else it is translated to chat
                                 * @default false
                                 */
                                responses: boolean;
                                /**
                                 * @description Understands `stream_options`
                                 * @default true
                                 */
                                streamOptions: boolean;
                                /**
                                 * @description Understands `max_completion_tokens`; else `max_tokens` is sent
                                 * @default true
                                 */
                                maxCompletionTokens: boolean;
                            };
                            /** @description Pictures (kind `openai`) */
                            images?: {
                                /**
                                 * @description `response_format` to send. `none`: the server takes no such field and answers with the bytes, as the gpt-image models do; older ones and most others need `b64_json`
                                 * @default none
                                 * @enum {unknown}
                                 */
                                responseFormat: "none" | "b64_json" | "url";
                                /**
                                 * @description Understands `negative_prompt`; else it is said in the prompt
                                 * @default false
                                 */
                                negativePrompt: boolean;
                                /**
                                 * @description Understands `n` above 1; else it is asked once for each picture
                                 * @default true
                                 */
                                several: boolean;
                                /** @description The `size` for an aspect ratio, a resolution or both, e.g. `16:9: 1536x1024`, `16:9 2k: 2048x1152`. Absent: worked out, in multiples of 16 */
                                sizes?: {
                                    [key: string]: string;
                                };
                            };
                            /** @description Speech (kind `openai`) */
                            speech?: {
                                /**
                                 * @description `voice` to send
                                 * @default alloy
                                 */
                                voice: string;
                                /**
                                 * @description `response_format` to send
                                 * @default mp3
                                 * @enum {unknown}
                                 */
                                format: "mp3" | "opus" | "aac" | "flac" | "wav";
                            };
                            /** @description How jobs are submitted and asked for (kind `http`) */
                            http?: {
                                /** @description The POST that asks for a job */
                                submit: {
                                    /** @description Added to `baseUrl`; `{model}` and other values may stand in it */
                                    path: string;
                                    /** @description Headers of the submit, e.g. `Idempotency-Key: "{idempotencyKey}"` */
                                    headers?: {
                                        [key: string]: string;
                                    };
                                    /** @description JSON with values in braces: `{model}`, `{prompt}`, `{negativePrompt}`, `{outputs}`, `{aspectRatio}`, `{resolution}`, `{width}`, `{height}`, `{durationSeconds}`, `{imageUrls}`, `{imageUrl}`, `{taskId}`, `{idempotencyKey}`. A text that is one of them alone becomes its value, or is left out where there is none */
                                    body: {
                                        [key: string]: unknown;
                                    };
                                };
                                /** @description Where the answer to the submit names the job; absent: that answer is already the end */
                                id?: string;
                                /** @description The GET that asks how far a job is; needed with `id` */
                                poll?: {
                                    /** @description Added to `baseUrl`; `{id}` stands for the job */
                                    path: string;
                                    /**
                                     * @description Time between two questions
                                     * @default 2000
                                     */
                                    everyMs: number;
                                };
                                /** @description Where an answer says how far the job is; absent: it has ended where it names outputs */
                                status?: string;
                                /**
                                 * @description What the status says, whatever its case; everything else means that it runs
                                 * @default {}
                                 */
                                states: {
                                    /**
                                     * @description It has ended well
                                     * @default [
                                     *       "succeeded",
                                     *       "success",
                                     *       "completed",
                                     *       "complete",
                                     *       "done",
                                     *       "ready"
                                     *     ]
                                     */
                                    succeeded: string[];
                                    /**
                                     * @description It failed; another route may be tried
                                     * @default [
                                     *       "failed",
                                     *       "failure",
                                     *       "error",
                                     *       "cancelled",
                                     *       "canceled"
                                     *     ]
                                     */
                                    failed: string[];
                                    /**
                                     * @description It will never be made
                                     * @default [
                                     *       "refused",
                                     *       "rejected",
                                     *       "moderated",
                                     *       "content_moderated"
                                     *     ]
                                     */
                                    refused: string[];
                                };
                                /** @description A further GET, after the job ended well, whose answer names the outputs; `{id}` stands for the job */
                                result?: string;
                                /** @description Where the outputs are named, e.g. `/images/*\/url`: addresses, `data:` addresses or base64 */
                                outputs?: string;
                                /**
                                 * @description What stands there
                                 * @default url
                                 * @enum {unknown}
                                 */
                                encoding: "url" | "base64";
                                /** @description In place of `outputs`: a GET whose answer is the one file itself; `{id}` stands for the job */
                                content?: string;
                                /**
                                 * @description Hosts that outputs may be fetched from, e.g. `*.cdn.example.com`; they may be private ones. Empty: from the host of `baseUrl` and from every public one
                                 * @default []
                                 */
                                outputHosts: string[];
                                /** @description Where an answer says why it failed */
                                error?: string;
                                /**
                                 * @description Words in that text that make a failure a refusal
                                 * @default [
                                 *       "content policy",
                                 *       "moderation",
                                 *       "nsfw",
                                 *       "safety"
                                 *     ]
                                 */
                                refusals: string[];
                                /**
                                 * @description How a credential is sent
                                 * @default {}
                                 */
                                credential: {
                                    /**
                                     * @description Header
                                     * @default authorization
                                     */
                                    header: string;
                                    /**
                                     * @description Put before it
                                     * @default Bearer
                                     */
                                    prefix: string;
                                };
                                /** @description A GET that a test of the connection sends */
                                test?: string;
                            };
                            /**
                             * @description Connections kept to the provider, at most
                             * @default 256
                             */
                            connections: number;
                            /**
                             * @description Time to connect
                             * @default 3000
                             */
                            connectTimeoutMs: number;
                            /**
                             * @description Time until the answer begins
                             * @default 120000
                             */
                            headersTimeoutMs: number;
                            /**
                             * @description Longest silence inside an answer
                             * @default 60000
                             */
                            idleTimeoutMs: number;
                            baseUrl: string | null;
                            /** @description By name; their text is never shown */
                            credentials: {
                                id: string;
                                name: string;
                                /**
                                 * @description On this node. `resting`: the provider refused it of late (401, 403, 429); `unreadable`: it cannot be decrypted
                                 * @enum {unknown}
                                 */
                                state: "well" | "resting" | "unreadable";
                                createdAt: string | null;
                            }[];
                            /** @description The models that are routed here */
                            routes: {
                                model: string;
                                providerModel: string;
                                /**
                                 * @description As this node sees it
                                 * @enum {unknown}
                                 */
                                state: "well" | "failing" | "resting";
                                /** @description Failures in a row */
                                failures: number;
                                restsUntil: string | null;
                            }[];
                            /** @description Why the entry is not served; null when it is */
                            fault: string | null;
                            createdAt: string | null;
                            updatedAt: string | null;
                        };
                    };
                };
            };
        };
    };
    deleteApiDashboardAdminProvidersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider in routes, usage and logs */
                id: string;
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
                    };
                };
            };
        };
    };
    postApiDashboardAdminProvidersByIdTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider in routes, usage and logs */
                id: string;
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
                            /** @description Whether every credential was accepted */
                            ok: boolean;
                            results: {
                                /** @description Name; null: without one */
                                credential: string | null;
                                ok: boolean;
                                status: number | null;
                                milliseconds: number;
                                message: string;
                                models: string[] | null;
                            }[];
                        };
                    };
                };
            };
        };
    };
    postApiDashboardAdminProvidersByIdCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider in routes, usage and logs */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What people call it */
                    name: string;
                    /** @description The credential itself, sent as bearer token. It is stored encrypted and never shown again */
                    text: string;
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
                            name: string;
                            /**
                             * @description On this node. `resting`: the provider refused it of late (401, 403, 429); `unreadable`: it cannot be decrypted
                             * @enum {unknown}
                             */
                            state: "well" | "resting" | "unreadable";
                            createdAt: string | null;
                        };
                    };
                };
            };
        };
    };
    deleteApiDashboardAdminProvidersByIdCredentialsByCredentialId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the provider in routes, usage and logs */
                id: string;
                credentialId: string;
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
                    };
                };
            };
        };
    };
    getApiDashboardAdminModels: {
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
                            id: string;
                            /**
                             * @description Entries of the configuration file and built-in ones are read-only here
                             * @enum {unknown}
                             */
                            source: "file" | "database" | "built-in";
                            /**
                             * @description What the model does; `image`, `video`, `audio` and `text` make files by `POST /v1/generate`
                             * @default chat
                             * @enum {unknown}
                             */
                            kind: "chat" | "embedding" | "image" | "video" | "audio" | "text";
                            /** @description Tokens of input and output together; needed by the kinds chat and embedding */
                            contextWindow?: number;
                            /**
                             * @description Takes images
                             * @default false
                             */
                            vision: boolean;
                            /** @description What a model of kind image, video, audio or text makes */
                            generation?: {
                                /** @description Prices as decimals in quotes; absent: it costs nothing */
                                prices?: {
                                    /**
                                     * @description What is counted: files, or seconds of each file
                                     * @default output
                                     * @enum {unknown}
                                     */
                                    per: "output" | "second";
                                    /** @description Credits for each */
                                    credits: string;
                                    /** @description Resolutions with a price of their own */
                                    byResolution?: {
                                        [key: string]: string;
                                    };
                                };
                                /**
                                 * @description Files that one task may ask for
                                 * @default 1
                                 */
                                maxOutputs: number;
                                /**
                                 * @description e.g. `16:9`; the first is taken where a task names none. Empty: a task may name none
                                 * @default []
                                 */
                                aspectRatios: string[];
                                /**
                                 * @description e.g. `1k`, `720p`, `1024x1024`. Empty: a task may name none
                                 * @default []
                                 */
                                resolutions: string[];
                                /** @description Seconds, of videos and sounds */
                                durations?: {
                                    /** @description Shortest */
                                    min: number;
                                    /** @description Longest */
                                    max: number;
                                    /** @description Where a task names none */
                                    default: number;
                                };
                                /**
                                 * @description Takes images to start from
                                 * @default false
                                 */
                                editing: boolean;
                                /**
                                 * @description Time from the first submit to the end
                                 * @default 600000
                                 */
                                timeoutMs: number;
                            };
                            name: string | null;
                            description: string | null;
                            maxOutputTokens: number | null;
                            prices: {
                                input: string;
                                output: string | null;
                                cachedInput: string | null;
                            } | null;
                            /** @description Stands on every usage row that was costed with these prices */
                            priceVersion: string | null;
                            routes: {
                                provider: string;
                                model: string | null;
                                /**
                                 * @description As this node sees it
                                 * @enum {unknown}
                                 */
                                state: "well" | "failing" | "resting";
                                /** @description Failures in a row */
                                failures: number;
                                restsUntil: string | null;
                            }[];
                            /** @description Why the entry is not served; null when it is */
                            fault: string | null;
                            createdAt: string | null;
                            updatedAt: string | null;
                        }[];
                    };
                };
            };
        };
    };
    getApiDashboardAdminModelsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name that clients use */
                id: string;
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
                            id: string;
                            /**
                             * @description Entries of the configuration file and built-in ones are read-only here
                             * @enum {unknown}
                             */
                            source: "file" | "database" | "built-in";
                            /**
                             * @description What the model does; `image`, `video`, `audio` and `text` make files by `POST /v1/generate`
                             * @default chat
                             * @enum {unknown}
                             */
                            kind: "chat" | "embedding" | "image" | "video" | "audio" | "text";
                            /** @description Tokens of input and output together; needed by the kinds chat and embedding */
                            contextWindow?: number;
                            /**
                             * @description Takes images
                             * @default false
                             */
                            vision: boolean;
                            /** @description What a model of kind image, video, audio or text makes */
                            generation?: {
                                /** @description Prices as decimals in quotes; absent: it costs nothing */
                                prices?: {
                                    /**
                                     * @description What is counted: files, or seconds of each file
                                     * @default output
                                     * @enum {unknown}
                                     */
                                    per: "output" | "second";
                                    /** @description Credits for each */
                                    credits: string;
                                    /** @description Resolutions with a price of their own */
                                    byResolution?: {
                                        [key: string]: string;
                                    };
                                };
                                /**
                                 * @description Files that one task may ask for
                                 * @default 1
                                 */
                                maxOutputs: number;
                                /**
                                 * @description e.g. `16:9`; the first is taken where a task names none. Empty: a task may name none
                                 * @default []
                                 */
                                aspectRatios: string[];
                                /**
                                 * @description e.g. `1k`, `720p`, `1024x1024`. Empty: a task may name none
                                 * @default []
                                 */
                                resolutions: string[];
                                /** @description Seconds, of videos and sounds */
                                durations?: {
                                    /** @description Shortest */
                                    min: number;
                                    /** @description Longest */
                                    max: number;
                                    /** @description Where a task names none */
                                    default: number;
                                };
                                /**
                                 * @description Takes images to start from
                                 * @default false
                                 */
                                editing: boolean;
                                /**
                                 * @description Time from the first submit to the end
                                 * @default 600000
                                 */
                                timeoutMs: number;
                            };
                            name: string | null;
                            description: string | null;
                            maxOutputTokens: number | null;
                            prices: {
                                input: string;
                                output: string | null;
                                cachedInput: string | null;
                            } | null;
                            /** @description Stands on every usage row that was costed with these prices */
                            priceVersion: string | null;
                            routes: {
                                provider: string;
                                model: string | null;
                                /**
                                 * @description As this node sees it
                                 * @enum {unknown}
                                 */
                                state: "well" | "failing" | "resting";
                                /** @description Failures in a row */
                                failures: number;
                                restsUntil: string | null;
                            }[];
                            /** @description Why the entry is not served; null when it is */
                            fault: string | null;
                            createdAt: string | null;
                            updatedAt: string | null;
                        };
                    };
                };
            };
        };
    };
    putApiDashboardAdminModelsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name that clients use */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What the model does; `image`, `video`, `audio` and `text` make files by `POST /v1/generate`
                     * @default chat
                     * @enum {unknown}
                     */
                    kind: "chat" | "embedding" | "image" | "video" | "audio" | "text";
                    /** @description Tokens of input and output together; needed by the kinds chat and embedding */
                    contextWindow?: number;
                    /**
                     * @description Takes images
                     * @default false
                     */
                    vision: boolean;
                    /** @description What a model of kind image, video, audio or text makes */
                    generation?: {
                        /** @description Prices as decimals in quotes; absent: it costs nothing */
                        prices?: {
                            /**
                             * @description What is counted: files, or seconds of each file
                             * @default output
                             * @enum {unknown}
                             */
                            per: "output" | "second";
                            /** @description Credits for each */
                            credits: string;
                            /** @description Resolutions with a price of their own */
                            byResolution?: {
                                [key: string]: string;
                            };
                        };
                        /**
                         * @description Files that one task may ask for
                         * @default 1
                         */
                        maxOutputs: number;
                        /**
                         * @description e.g. `16:9`; the first is taken where a task names none. Empty: a task may name none
                         * @default []
                         */
                        aspectRatios: string[];
                        /**
                         * @description e.g. `1k`, `720p`, `1024x1024`. Empty: a task may name none
                         * @default []
                         */
                        resolutions: string[];
                        /** @description Seconds, of videos and sounds */
                        durations?: {
                            /** @description Shortest */
                            min: number;
                            /** @description Longest */
                            max: number;
                            /** @description Where a task names none */
                            default: number;
                        };
                        /**
                         * @description Takes images to start from
                         * @default false
                         */
                        editing: boolean;
                        /**
                         * @description Time from the first submit to the end
                         * @default 600000
                         */
                        timeoutMs: number;
                    };
                    /** @description Display name */
                    name?: string;
                    /** @description Shown in the model list */
                    description?: string;
                    /** @description Tokens of output, at most */
                    maxOutputTokens?: number;
                    /** @description Prices of the kinds chat and embedding, as decimals in quotes */
                    prices?: {
                        /** @description Credits per million input tokens */
                        input: string;
                        /** @description Credits per million output tokens */
                        output?: string;
                        /** @description Credits per million input tokens read from a cache; the input price if absent */
                        cachedInput?: string;
                    };
                    /** @description Where the model is served, in order of preference */
                    routes: {
                        /** @description Provider id */
                        provider: string;
                        /** @description The provider’s name for the model; the same if absent */
                        model?: string;
                    }[];
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
                            id: string;
                            /**
                             * @description Entries of the configuration file and built-in ones are read-only here
                             * @enum {unknown}
                             */
                            source: "file" | "database" | "built-in";
                            /**
                             * @description What the model does; `image`, `video`, `audio` and `text` make files by `POST /v1/generate`
                             * @default chat
                             * @enum {unknown}
                             */
                            kind: "chat" | "embedding" | "image" | "video" | "audio" | "text";
                            /** @description Tokens of input and output together; needed by the kinds chat and embedding */
                            contextWindow?: number;
                            /**
                             * @description Takes images
                             * @default false
                             */
                            vision: boolean;
                            /** @description What a model of kind image, video, audio or text makes */
                            generation?: {
                                /** @description Prices as decimals in quotes; absent: it costs nothing */
                                prices?: {
                                    /**
                                     * @description What is counted: files, or seconds of each file
                                     * @default output
                                     * @enum {unknown}
                                     */
                                    per: "output" | "second";
                                    /** @description Credits for each */
                                    credits: string;
                                    /** @description Resolutions with a price of their own */
                                    byResolution?: {
                                        [key: string]: string;
                                    };
                                };
                                /**
                                 * @description Files that one task may ask for
                                 * @default 1
                                 */
                                maxOutputs: number;
                                /**
                                 * @description e.g. `16:9`; the first is taken where a task names none. Empty: a task may name none
                                 * @default []
                                 */
                                aspectRatios: string[];
                                /**
                                 * @description e.g. `1k`, `720p`, `1024x1024`. Empty: a task may name none
                                 * @default []
                                 */
                                resolutions: string[];
                                /** @description Seconds, of videos and sounds */
                                durations?: {
                                    /** @description Shortest */
                                    min: number;
                                    /** @description Longest */
                                    max: number;
                                    /** @description Where a task names none */
                                    default: number;
                                };
                                /**
                                 * @description Takes images to start from
                                 * @default false
                                 */
                                editing: boolean;
                                /**
                                 * @description Time from the first submit to the end
                                 * @default 600000
                                 */
                                timeoutMs: number;
                            };
                            name: string | null;
                            description: string | null;
                            maxOutputTokens: number | null;
                            prices: {
                                input: string;
                                output: string | null;
                                cachedInput: string | null;
                            } | null;
                            /** @description Stands on every usage row that was costed with these prices */
                            priceVersion: string | null;
                            routes: {
                                provider: string;
                                model: string | null;
                                /**
                                 * @description As this node sees it
                                 * @enum {unknown}
                                 */
                                state: "well" | "failing" | "resting";
                                /** @description Failures in a row */
                                failures: number;
                                restsUntil: string | null;
                            }[];
                            /** @description Why the entry is not served; null when it is */
                            fault: string | null;
                            createdAt: string | null;
                            updatedAt: string | null;
                        };
                    };
                };
            };
        };
    };
    deleteApiDashboardAdminModelsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name that clients use */
                id: string;
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
                    };
                };
            };
        };
    };
    getApiDashboardAdminSettings: {
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
                            /** @description Name of the group; empty: settings without one */
                            name: string;
                            description: string | null;
                            settings: {
                                /** @description As the configuration file has it, e.g. `log.level` */
                                name: string;
                                description: string;
                                /** @description The value in force; credentials in it are masked */
                                value: unknown;
                                /** @description What holds when it is not set; null: nothing */
                                default: unknown;
                                /**
                                 * @description Where the value came from
                                 * @enum {unknown}
                                 */
                                origin: "file" | "environment" | "default";
                                /** @description The environment variable that sets it; null: there is none */
                                variable: string | null;
                                masked: boolean;
                            }[];
                        }[];
                    };
                };
            };
        };
    };
    getFilesById: {
        parameters: {
            query?: {
                /** @description Unix seconds */
                expires?: string;
                signature?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description The bytes */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Default Response */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
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
        };
    };
}

// @ts-check
/** The limits of releasing, in one place. */

/** What another program may say at most: a deployment's diagnostics end in 4 KB of a log, for each instance. */
export const OUTPUT_BYTES = 16 * 1024 * 1024;

/** How often a deployment is looked at. CodeDeploy allows more, and its own steps take seconds. */
export const POLL_SECONDS = 10;
/**
 * How long a deployment is waited for. One instance after the other takes some two minutes, half of it for the balancer
 * to let go and take up; the credentials of the release workflow last an hour, and the upload comes before.
 */
export const DEPLOYMENT_MINUTES = 45;

/** How often in a row CodeDeploy may not answer; aws itself has asked several times then. The deployment goes on meanwhile. */
export const MOST_UNANSWERED = 5;

/** How long an image that is tried has until it answers, and how often it is asked. */
export const START_SECONDS = 60;
export const ASK_AGAIN_MS = 250;

/** Instances that CodeDeploy tells of in one answer. */
export const TARGETS_AT_ONCE = 25;

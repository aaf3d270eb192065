package io.github.palimpsest.results.folder;

/**
 * Why a stage has no state.
 *
 * @param task the task, from 0
 * @param step the step within the task, from 1; 0 if no step caused the failure
 * @param reason the reason, for people
 */
public record StageFailure(int task, long step, String reason) {}

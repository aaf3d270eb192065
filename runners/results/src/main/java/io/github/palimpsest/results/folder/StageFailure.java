package io.github.palimpsest.results.folder;

/**
 * Why a stage has no state.
 *
 * @param task the task, from 0
 * @param step the step within it, from 1; 0 if none is to blame
 * @param reason for people
 */
public record StageFailure(int task, long step, String reason) {}

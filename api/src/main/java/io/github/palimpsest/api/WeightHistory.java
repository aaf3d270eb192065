package io.github.palimpsest.api;

/**
 * The weights that a merger may combine; all have the names and shapes of the model, adapters
 * merged.
 *
 * @param pretrained before the first task
 * @param beforeTask before the task just finished
 * @param afterTask after it; with several mergers, what the previous one made
 * @param taskIndex the task just finished, from 0
 * @param site what may be asked about the model and that task
 */
public record WeightHistory(
    WeightSnapshot pretrained,
    WeightSnapshot beforeTask,
    WeightSnapshot afterTask,
    int taskIndex,
    MergeSite site) {}

package io.github.palimpsest.api.merger;

import io.github.palimpsest.api.parameter.WeightSnapshot;

/** A {@link WeightHistory} as a value. */
record History(
    WeightSnapshot pretrained,
    WeightSnapshot beforeTask,
    WeightSnapshot afterTask,
    int taskIndex,
    MergeSite site)
    implements WeightHistory {}

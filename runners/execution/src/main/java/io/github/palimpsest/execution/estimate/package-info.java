/**
 * What an experiment would take, from its file and the configuration of its model alone: {@link
 * io.github.palimpsest.execution.estimate.GridEstimate} counts passes, arithmetic and memory,
 * {@link io.github.palimpsest.execution.memory.DeviceMemory} splits a model over devices.
 */
@NullMarked
package io.github.palimpsest.execution.estimate;

import org.jspecify.annotations.NullMarked;

/**
 * Weights as components see them: named parameters as graph tensors during training, and as host
 * arrays between tasks.
 */
@NullMarked
package io.github.palimpsest.api.parameter;

import org.jspecify.annotations.NullMarked;

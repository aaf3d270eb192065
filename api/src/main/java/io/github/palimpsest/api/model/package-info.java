/** Models: their declarations, the result of a forward pass, and the data of a trained model. */
@NullMarked
package io.github.palimpsest.api.model;

import org.jspecify.annotations.NullMarked;

/**
 * Adapters: they give the model other weights than those of the base, and train their own
 * parameters.
 */
@NullMarked
package io.github.palimpsest.api.adapter;

import org.jspecify.annotations.NullMarked;

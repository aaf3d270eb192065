/**
 * Models: what they declare, what a forward pass gives, and what components learn of a trained one.
 */
@NullMarked
package io.github.palimpsest.api.model;

import org.jspecify.annotations.NullMarked;

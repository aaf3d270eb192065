/**
 * The data formats that come with the framework. Each is a component of a plugin like any other.
 *
 * <p>This package may use only the api.
 */
@NullMarked
package io.github.palimpsest.llm.format;

import org.jspecify.annotations.NullMarked;

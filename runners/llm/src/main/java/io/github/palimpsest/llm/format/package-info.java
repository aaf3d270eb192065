/**
 * The data formats that come with the framework, each a plugin's component like any other.
 *
 * <p>This package may use the api and nothing else.
 */
@NullMarked
package io.github.palimpsest.llm.format;

import org.jspecify.annotations.NullMarked;

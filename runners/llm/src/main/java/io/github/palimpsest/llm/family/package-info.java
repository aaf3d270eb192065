/**
 * The model families of this project, one class for each, registered like those of any plugin. Uses
 * the API alone.
 */
@NullMarked
package io.github.palimpsest.llm.family;

import org.jspecify.annotations.NullMarked;

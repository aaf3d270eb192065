/** A server of models over HTTP by the interface of OpenAI; decision 0061 says what it answers. */
@NullMarked
package io.github.palimpsest.serve;

import org.jspecify.annotations.NullMarked;

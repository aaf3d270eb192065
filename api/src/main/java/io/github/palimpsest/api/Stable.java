package io.github.palimpsest.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Code written against this type goes on compiling, linking and meaning the same until the next
 * major version; until 1.0, until the next minor one, and what changes then is in the change log
 * with its reason. Methods with a default may be added.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Stable(since = "0.1")
public @interface Stable {
  /** The first version that has the type. */
  String since();
}

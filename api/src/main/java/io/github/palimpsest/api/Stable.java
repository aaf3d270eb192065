package io.github.palimpsest.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Code that uses this type keeps compiling, linking and behaving the same until the next major
 * version, or before 1.0 until the next minor version. The change log lists every change with its
 * reason. Methods with a default may be added.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Stable(since = "0.1")
public @interface Stable {
  /** The first version that has the type. */
  String since();
}

package io.github.palimpsest.tck;

import io.github.palimpsest.api.Plugin;
import io.github.palimpsest.api.component.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** The classes of {@code org.acme} once more, with a service file of its own. */
final class AcmeLoader extends ClassLoader {
  private final URL services;

  /**
   * @param folder where the service file is to be
   * @param lines what it says
   */
  AcmeLoader(Path folder, String... lines) throws IOException {
    super(AcmeLoader.class.getClassLoader());
    Path file = folder.resolve("services.txt");
    Files.write(file, List.of(lines));
    services = file.toUri().toURL();
  }

  Provider<?> provider(String name) throws ReflectiveOperationException {
    return (Provider<?>) loadClass(name).getConstructor().newInstance();
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return name.equals("META-INF/services/" + Plugin.class.getName())
        ? Collections.enumeration(List.of(services))
        : super.getResources(name);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("org.acme.")) {
      return super.loadClass(name, resolve);
    }
    Class<?> known = findLoadedClass(name);
    if (known != null) {
      return known;
    }
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = in.readAllBytes();
      return defineClass(name, code, 0, code.length, AcmeLoader.class.getProtectionDomain());
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}

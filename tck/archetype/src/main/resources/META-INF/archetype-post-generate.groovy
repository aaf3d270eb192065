import java.lang.management.ManagementFactory
import javax.lang.model.SourceVersion

// Of the components and grids of all kinds, keeps those that were asked for, in the folder itself.
def root = new File(request.outputDirectory, request.artifactId)
def given = { request.properties[it] }
def sources = 'src/main/java/' + given('package').replace('.', '/')
def kinds = new File(root, 'grid').listFiles().findAll { it.directory }*.name.sort()

// Types that the sources of the kind name: a class of the same name would hide them.
def named = { name ->
  def files = new File(root, sources + '/' + given('kind')).listFiles()
  def lang = { try { Class.forName('java.lang.' + it); true } catch (ClassNotFoundException | LinkageError e) { false } }
  [name, name + 'Plugin'].any { type ->
    type == 'Plugin' || type == 'PluginKit' || lang(type) || files.any { file ->
      file.text =~ /import [a-z.]+\.${type};/ || (type == name && file.text.findAll(/\b(?:record|class|interface|enum) ${type}\b/).size() > (file.name == type + '.java' ? 1 : 0))
    }
  }
}

// What 'palimpsest new-plugin' refuses: Maven checks nothing that is given with -D.
def refusal = {
  def (kind, id, className) = ['kind', 'id', 'className'].collect(given)
  if (!(kind in kinds)) {
    return "'${kind}' is no kind of component; known: ${kinds.join(', ')}"
  }
  if (!(id ==~ /([a-z][a-z0-9-]*\.)?[a-z][a-z0-9-]*/)) {
    return "component id '${id}' is not a name: lower-case letters, digits and '-', starting with a letter, with at most one 'vendor.' before it"
  }
  if (!id.contains('.')) {
    return "component id '${id}' needs a vendor prefix, such as acme.${id}"
  }
  if (!(className ==~ /[A-Z][A-Za-z0-9]*/)) {
    return "className '${className}' is not a name of a class: letters and digits, starting with a capital letter"
  }
  if (named(className)) {
    return "className '${className}' is a type that the project uses; choose another one, such as My${className}"
  }
  SourceVersion.isName(given('package')) ? null : "package '${given('package')}' is not a name of a Java package"
}
def reason = refusal()
if (reason) {
  // takes away what was just written, and nothing that was there before
  def started = ManagementFactory.runtimeMXBean.startTime.intdiv(1000) * 1000
  def all = []
  root.eachFileRecurse { all << it }
  (all.reverse() + root).each {
    if (it.directory ? !it.list() : it.lastModified() >= started) {
      it.delete()
    }
  }
  throw new IllegalArgumentException(reason)
}

[sources, 'grid'].each { name ->
  def folder = new File(root, name)
  new File(folder, given('kind')).eachFile { it.renameTo(new File(folder, it.name)) }
  kinds.each { new File(folder, it).deleteDir() }
}
new File(root, 'mvnw').setExecutable(true)

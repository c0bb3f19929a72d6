// Run over the compiled code: imports that exist only for types are gone there; scripts/check-boundaries.ts looks at those.
module.exports = {
  forbidden: [
    { name: 'core-knows-no-plugin', severity: 'error', from: { path: '^core/' }, to: { path: '^(plugins|themes)/' } },
    {
      name: 'host-and-license-stand-alone',
      comment: 'They decide what is loaded, so they may need little.',
      severity: 'error',
      from: { path: '^core/(plugin|license)/' },
      to: { path: '^core/', pathNot: '^core/(plugin|license|events)/|^core/(errors|paths|tokens|manifest)\\.js$|^core/settings/types\\.js$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nobody-imports-tests', severity: 'error', from: { path: '^(core|plugins|config)/' }, to: { path: '^(test|scripts)/' } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, exclude: { path: '^public/' } },
};
